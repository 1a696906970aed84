//! What Casey's commands end with.

use std::process::ExitCode;

use crate::error::ConfigError;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It did what it was asked (0).
    Done,
    /// A check failed, or the work did (1).
    Failed,
    /// It was used wrongly, or its configuration is wrong (2).
    Misused,
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Misused => 2,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl From<&ConfigError> for Exit {
    fn from(error: &ConfigError) -> Self {
        match error {
            ConfigError::Random | ConfigError::Logging => Self::Failed,
            _ => Self::Misused,
        }
    }
}
