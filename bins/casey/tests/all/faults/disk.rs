use std::{
    fs::{self, File},
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
};

use super::Scene;
use crate::common::{Process, nap, until};

/// `casey bot` on a disk of six megabytes of its own; `None`, loudly, where a test may not have one.
fn bot_on_small_disk(scene: &Scene) -> Option<Command> {
    let disk = scene.home.file("disk");
    fs::create_dir_all(&disk).unwrap();
    let mount = format!("mount -t tmpfs -o size=6m tmpfs '{}'", disk.display());
    let tried = Command::new("unshare").args(["-rm", "sh", "-c", &mount]).output();
    if !tried.is_ok_and(|output| output.status.success()) {
        println!("SKIPPED: this machine does not let a test mount a disk of its own");
        return None;
    }
    let bot = scene.bot();
    let script = format!("{mount} && exec '{}' bot", bot.get_program().display());
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &script]).current_dir(scene.home.path());
    command.envs(bot.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("CASEY_DATA_DIR", disk.join("data"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Some(command)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_is_told_and_survived() {
    let scene = Scene::on_file().await;
    scene.clock(0).await;
    let Some(command) = bot_on_small_disk(&scene) else { return };
    let (mut casey, _) = Process::ready(command, &scene.home);
    scene.pings(4).await;
    // The disk as the process sees it.
    let within = PathBuf::from(format!("/proc/{}/root", casey.id()));
    let filling = within.join(scene.home.file("disk/filling").strip_prefix("/").unwrap());
    let mut file = File::create(&filling).unwrap();
    while file.write_all(&[7; 4_096]).is_ok() {}
    // Some room is left in what the database has already.
    let mut sets = 0;
    while scene.said("I cannot reach something I need") == 0 {
        scene.says(0, ",prefix set ,").await;
        sets += 1;
        until("an answer", || scene.said("The prefix is") + scene.said("I cannot reach") >= sets);
        assert!(sets < 3_000, "the disk does not fill");
        while file.write_all(&[7; 512]).is_ok() {}
    }
    scene.pings(4).await;
    fs::remove_file(&filling).unwrap();
    drop(file);
    nap();
    scene.says(0, ",prefix set ,").await;
    until("an answer", || scene.said("The prefix is") + scene.said("I cannot reach") > sets);
    assert_eq!(scene.said("I cannot reach"), 1, "there is room again");
    casey.tell("-TERM");
    let output = casey.end();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let logged = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(logged.contains("the disk is full; make room on it"), "{logged}");
}
