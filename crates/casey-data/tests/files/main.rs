//! Files in a folder, in memory and in a bucket, all by the same contract.

mod contract;
mod folder;
mod s3;
mod stand_in;
