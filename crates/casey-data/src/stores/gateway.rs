use std::{
    fmt::{self, Formatter},
    sync::Arc,
};

use async_trait::async_trait;
use casey_core::{GatewaySession, GatewaySessions, StoreError, Timestamp};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use secrecy::{ExposeSecret as _, SecretString};
use twilight_model::id::{Id, marker::ApplicationMarker};

use crate::{
    connect::{Connections, read, write},
    entities::{gateway_session, identify_claim},
    error::while_doing,
    ids::{column, id},
    sealed::{GATEWAY_SESSION, Keyring, SealError, SealedColumn},
};

/// Gateway sessions in the database. What Discord calls them is sealed: with the bot token it opens the session.
#[derive(Clone)]
pub struct GatewayTable {
    connections: Connections,
    session_id: SealedColumn,
}

impl GatewayTable {
    pub(crate) fn new(connections: Connections, keyring: &Arc<Keyring>) -> Self {
        Self { connections, session_id: keyring.column(GATEWAY_SESSION) }
    }

    async fn row(&self, session: &GatewaySession) -> Result<gateway_session::ActiveModel, SealError> {
        let key = key(column(session.application), session.shard.cast_signed(), session.shards.cast_signed());
        Ok(gateway_session::ActiveModel {
            application_id: Set(column(session.application)),
            shard: Set(session.shard.cast_signed()),
            shards: Set(session.shards.cast_signed()),
            gateway: Set(session.gateway.clone()),
            session_id: Set(self
                .session_id
                .seal(&key, None, &SecretString::from(session.id.as_str()))
                .await?),
            resume_url: Set(session.resume_url.clone()),
            received: Set(session.received.cast_signed()),
            unfinished: Set(serde_json::Value::from(session.unfinished.clone()).to_string()),
            saved_at: Set(session.saved_at.as_millis()),
        })
    }

    /// The session of a row; `None` if it does not open: then the shard begins anew.
    async fn session(&self, row: gateway_session::Model) -> Option<GatewaySession> {
        let key = key(row.application_id, row.shard, row.shards);
        let session_id = match self.session_id.open(&key, None, &row.session_id).await {
            Ok(session_id) => session_id,
            Err(error) => {
                tracing::warn!(error = casey_core::causes(&error), "a gateway session cannot be taken up");
                return None;
            }
        };
        Some(GatewaySession {
            shard: row.shard.cast_unsigned(),
            shards: row.shards.cast_unsigned(),
            application: id(row.application_id)?,
            gateway: row.gateway,
            id: session_id.expose_secret().to_owned(),
            resume_url: row.resume_url,
            received: row.received.cast_unsigned(),
            unfinished: serde_json::from_str(&row.unfinished).ok()?,
            saved_at: Timestamp::from_millis(row.saved_at),
        })
    }
}

/// The primary key as text, which the sealed value is bound to.
fn key(application: i64, shard: i32, shards: i32) -> String {
    format!("{application}/{shard}/{shards}")
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
        let mut sessions = Vec::new();
        for row in rows {
            sessions.extend(self.session(row).await);
        }
        Ok(sessions)
    }

    async fn save(&self, sessions: &[GatewaySession]) -> Result<(), StoreError> {
        if sessions.is_empty() {
            return Ok(());
        }
        let mut rows = Vec::new();
        for session in sessions {
            rows.push(self.row(session).await?);
        }
        let written = write(&self.connections.writer, async |transaction| {
            use gateway_session::Column;
            let replace = OnConflict::columns([Column::ApplicationId, Column::Shard, Column::Shards])
                .update_columns([
                    Column::Gateway,
                    Column::SessionId,
                    Column::ResumeUrl,
                    Column::Received,
                    Column::Unfinished,
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
