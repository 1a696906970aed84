use std::fmt::{self, Formatter};

use async_trait::async_trait;
use casey_core::{GatewaySession, GatewaySessions, StoreError, Timestamp};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use twilight_model::id::{Id, marker::ApplicationMarker};

use crate::{
    connect::{Connections, read, write},
    entities::{gateway_session, identify_claim},
    error::while_doing,
    ids::{column, id},
};

/// Gateway sessions in the database.
#[derive(Clone)]
pub struct GatewayTable {
    connections: Connections,
}

impl GatewayTable {
    pub(crate) const fn new(connections: Connections) -> Self {
        Self { connections }
    }
}

impl fmt::Debug for GatewayTable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayTable").finish_non_exhaustive()
    }
}

#[async_trait]
impl GatewaySessions for GatewayTable {
    async fn sessions(
        &self,
        application: Id<ApplicationMarker>,
        shards: u32,
    ) -> Result<Vec<GatewaySession>, StoreError> {
        let rows = read(async || {
            gateway_session::Entity::find()
                .filter(gateway_session::Column::ApplicationId.eq(column(application)))
                .filter(gateway_session::Column::Shards.eq(shards.cast_signed()))
                .all(&self.connections.reader)
                .await
        });
        let rows = rows.await.map_err(while_doing("reading the gateway sessions"))?;
        Ok(rows.into_iter().filter_map(session).collect())
    }

    async fn save(&self, sessions: &[GatewaySession]) -> Result<(), StoreError> {
        if sessions.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = sessions.iter().map(row).collect();
        let written = write(&self.connections.writer, async |transaction| {
            use gateway_session::Column;
            let replace = OnConflict::columns([Column::ApplicationId, Column::Shard, Column::Shards])
                .update_columns([
                    Column::Gateway,
                    Column::SessionId,
                    Column::ResumeUrl,
                    Column::Sequence,
                    Column::SavedAt,
                ])
                .to_owned();
            gateway_session::Entity::insert_many(rows)
                .on_conflict(replace)
                .exec_without_returning(transaction)
                .await
        });
        written.await.map(drop).map_err(while_doing("keeping the gateway sessions"))
    }

    async fn claim_identify(
        &self,
        application: Id<ApplicationMarker>,
        gateway: &str,
        bucket: u32,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        use identify_claim::Column;
        let claim = identify_claim::ActiveModel {
            application_id: Set(column(application)),
            gateway: Set(gateway.to_owned()),
            bucket: Set(bucket.cast_signed()),
            claimed_until: Set(until.as_millis()),
        };
        let bogus = (until + GatewaySession::CLOCKS_DIFFER).as_millis();
        let taken = write(&self.connections.writer, async |transaction| {
            let held = Expr::col((identify_claim::Entity, Column::ClaimedUntil));
            let if_free = OnConflict::columns([Column::ApplicationId, Column::Gateway, Column::Bucket])
                .update_column(Column::ClaimedUntil)
                .action_and_where(held.clone().lte(now.as_millis()).or(held.gt(bogus)))
                .to_owned();
            identify_claim::Entity::insert(claim)
                .on_conflict(if_free)
                .exec_without_returning(transaction)
                .await
        });
        Ok(taken.await.map_err(while_doing("asking who identifies with Discord"))? == 1)
    }
}

fn row(session: &GatewaySession) -> gateway_session::ActiveModel {
    gateway_session::ActiveModel {
        application_id: Set(column(session.application)),
        shard: Set(session.shard.cast_signed()),
        shards: Set(session.shards.cast_signed()),
        gateway: Set(session.gateway.clone()),
        session_id: Set(session.id.clone()),
        resume_url: Set(session.resume_url.clone()),
        sequence: Set(session.sequence.cast_signed()),
        saved_at: Set(session.saved_at.as_millis()),
    }
}

fn session(row: gateway_session::Model) -> Option<GatewaySession> {
    Some(GatewaySession {
        shard: row.shard.cast_unsigned(),
        shards: row.shards.cast_unsigned(),
        application: id(row.application_id)?,
        gateway: row.gateway,
        id: row.session_id,
        resume_url: row.resume_url,
        sequence: row.sequence.cast_unsigned(),
        saved_at: Timestamp::from_millis(row.saved_at),
    })
}
