//! What the store promises, asked of SQLite and of PostgreSQL: the same tests on both.
//!
//! PostgreSQL comes from `cargo xtask test`, which starts a server and names it in `TIERLIGHT_TEST_POSTGRES`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod access;
mod backup;
mod changes;
mod evidence;
mod files;
mod harness;
mod jobs;
mod networks;
mod schema;
mod shared;

/// Makes a test of each function for each database.
macro_rules! contract {
    ($($module:ident: $($name:ident)*;)*) => {
        mod sqlite {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                crate::$module::$name(crate::harness::sqlite().await).await;
            })*)*
        }
        mod postgres {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                crate::$module::$name(crate::harness::postgres().await).await;
            })*)*
        }
    };
}

contract! {
    access: keys_open_until_they_are_revoked_or_expire rotation_has_two_live_keys_at_most sessions_end one_time_links_work_once
        the_last_use_is_known_to_the_minute answers_are_given_again;
    networks: the_same_upload_is_the_same_version versions_are_numbered_and_paged others_see_nothing deletion_takes_all_but_the_ledger
        names_of_mappings_are_taken_once pages_hold_everything_once many_writers_lose_nothing;
    changes: of_changes_of_the_same_one_is_made what_has_changed_is_not_taken_away a_pack_that_a_version_is_read_with_stays;
    files: blobs_are_whole_and_found_by_digest collecting_takes_what_nobody_refers_to what_is_about_to_be_referred_to_stays
        a_full_disk_is_told_apart names_of_files_are_harmless the_folder_is_one_process_s
        nobody_else_reads_the_data files_of_what_is_gone_go;
    jobs: a_job_is_claimed_once the_queue_is_bounded organisations_take_turns cancelling lost_leases_wait_again_three_times
        a_run_is_seen_whole_or_not_at_all events_are_replayed handing_back_is_no_attempt what_failed_is_read_again forgetting;
    evidence: the_ledger_is_only_added_to corrections_stand_in_for_what_they_correct what_stands_comes_page_by_page
        the_audit_log_is_only_added_to;
    shared: grants_open_and_close;
    backup: comes_back_whole_in_either_database damage_is_found never_over_something_else;
    schema: migrating_twice_changes_nothing;
}
