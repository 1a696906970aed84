//! All that was found, as lines or as JSON.

use casey_config::Exit;
use serde_json::{Value, json};

use super::check::{Check, State, count};

/// Everything that was looked at.
pub(super) struct Report {
    pub(super) production: bool,
    pub(super) checks: Vec<Check>,
}

impl Report {
    fn number(&self, state: State) -> usize {
        self.checks.iter().filter(|check| check.state == state).count()
    }

    /// Failed if there is any problem.
    pub(super) fn exit(&self) -> Exit {
        if self.number(State::Problem) == 0 { Exit::Done } else { Exit::Failed }
    }

    /// One line each, and one that sums up.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.checks.iter().map(line).collect();
        lines.push(self.summary());
        lines
    }

    fn summary(&self) -> String {
        let (problems, warnings) = (self.number(State::Problem), self.number(State::Warning));
        let rest = format!("{} ok, {} skipped", self.number(State::Ok), self.number(State::Skipped));
        let target = if self.production { " for production" } else { "" };
        match (problems, warnings) {
            (0, 0) => format!("Everything is well{target}: {rest}."),
            (0, _) => format!("Casey can run{target}: {}, {rest}.", count(warnings, "warning")),
            _ => format!(
                "Casey is not ready{target}: {}, {}, {rest}.",
                count(problems, "problem"),
                count(warnings, "warning")
            ),
        }
    }

    /// One object.
    pub(super) fn json(&self) -> Value {
        let checks = self.checks.iter().map(|check| {
            json!({
                "code": check.code.text(),
                "state": check.state.text(),
                "found": one_line(&check.found),
                "remedy": check.remedy.as_deref().map(one_line),
            })
        });
        json!({
            "ok": self.number(State::Problem) == 0,
            "production": self.production,
            "version": env!("CARGO_PKG_VERSION"),
            "problems": self.number(State::Problem),
            "warnings": self.number(State::Warning),
            "checks": checks.collect::<Vec<_>>(),
        })
    }
}

fn line(check: &Check) -> String {
    let Check { code, state, found, remedy } = check;
    let remedy = remedy.as_deref().map(|remedy| format!(" → {}", one_line(remedy))).unwrap_or_default();
    format!("{:<7}  {code:<20} {}{remedy}", state.text(), one_line(found))
}

/// Whatever a file's name or another program's words hold, a line stays one.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::code::Code;

    fn report(checks: Vec<Check>) -> Report {
        Report { production: false, checks }
    }

    #[test]
    fn only_a_problem_fails() {
        let warning = Check::warning(Code::LogFormat, "pretty", "set json");
        assert_eq!(report(vec![warning.clone()]).exit(), Exit::Done);
        let problem = Check::problem(Code::DatabaseSchema, "1 step is missing", "run `casey migrate`");
        let both = report(vec![warning, problem, Check::ok(Code::DataFolder, "/srv\ncasey")]);
        assert_eq!(both.exit(), Exit::Failed);
        assert_eq!(
            both.lines(),
            [
                "warning  log.format           pretty → set json",
                "problem  database.schema      1 step is missing → run `casey migrate`",
                "ok       data.folder          /srv casey",
                "Casey is not ready: 1 problem, 1 warning, 1 ok, 0 skipped.",
            ]
        );
    }

    #[test]
    fn json_has_one_object_for_each() {
        let told = report(vec![Check::skipped(Code::RedisOpen, "no Redis is configured")]).json();
        assert_eq!(
            told["checks"],
            json!([{ "code": "redis.open", "state": "skipped", "found": "no Redis is configured", "remedy": null }])
        );
        assert_eq!((&told["ok"], &told["problems"]), (&json!(true), &json!(0)));
    }
}
