//! Rules of servers about commands, read and written as a whole with the server's settings.

use casey_core::{Override, What, Whom};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder,
};

use crate::{
    entities::guild_override::{ActiveModel, Column, Entity, Model},
    ids,
};

/// A server's rules, in order.
pub(super) async fn of_guild(on: &impl ConnectionTrait, guild_id: i64) -> Result<Vec<Override>, DbErr> {
    let rows =
        Entity::find().filter(Column::GuildId.eq(guild_id)).order_by_asc(Column::Position).all(on).await?;
    Ok(rows.into_iter().filter_map(rule).collect())
}

/// Replaces a server's rules. Those that were there keep the name of who made them.
pub(super) async fn replace(
    transaction: &DatabaseTransaction,
    guild_id: i64,
    rules: &[Override],
    by: Option<i64>,
) -> Result<(), DbErr> {
    let known = Entity::find().filter(Column::GuildId.eq(guild_id)).all(transaction).await?;
    let made: Vec<(Override, Option<i64>)> = known
        .into_iter()
        .filter_map(|row| Some((row.made_by, rule(row)?)))
        .map(|(by, rule)| (rule, by))
        .collect();
    let made_by = |rule: &Override| made.iter().find(|(known, _)| known == rule).map_or(by, |(_, by)| *by);
    let rows: Vec<_> =
        (0..).zip(rules).map(|(position, rule)| row(guild_id, position, rule, made_by(rule))).collect();
    Entity::delete_many().filter(Column::GuildId.eq(guild_id)).exec(transaction).await?;
    Entity::insert_many(rows).exec_without_returning(transaction).await.map(drop)
}

fn row(guild_id: i64, position: i32, rule: &Override, made_by: Option<i64>) -> ActiveModel {
    let (module, command) = match &rule.what {
        What::Everything => (None, None),
        What::Module(name) => (Some(name.clone()), None),
        What::Command(path) => (None, Some(path.clone())),
    };
    let (mut channel_id, mut role_id, mut member_id) = (None, None, None);
    match rule.whom {
        Whom::Everyone => {}
        Whom::Channel(id) => channel_id = Some(ids::column(id)),
        Whom::Role(id) => role_id = Some(ids::column(id)),
        Whom::Member(id) => member_id = Some(ids::column(id)),
    }
    ActiveModel {
        guild_id: Set(guild_id),
        position: Set(position),
        module: Set(module),
        command: Set(command),
        channel_id: Set(channel_id),
        role_id: Set(role_id),
        member_id: Set(member_id),
        allowed: Set(rule.allowed),
        made_by: Set(made_by),
    }
}

/// The rule of a row. One that cannot be read is left out: it must not take all settings of the server along.
fn rule(row: Model) -> Option<Override> {
    let what = match (row.module, row.command) {
        (None, None) => What::Everything,
        (Some(name), None) => What::Module(name),
        (None, Some(path)) => What::Command(path),
        (Some(_), Some(_)) => return unreadable(),
    };
    let whom = match (row.channel_id, row.role_id, row.member_id) {
        (None, None, None) => Some(Whom::Everyone),
        (Some(id), None, None) => ids::id(id).map(Whom::Channel),
        (None, Some(id), None) => ids::id(id).map(Whom::Role),
        (None, None, Some(id)) => ids::id(id).map(Whom::Member),
        _ => None,
    };
    match whom {
        Some(whom) => Some(Override { what, whom, allowed: row.allowed }),
        None => unreadable(),
    }
}

fn unreadable() -> Option<Override> {
    tracing::warn!("a stored rule about commands cannot be read and is left out");
    None
}
