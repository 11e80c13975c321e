-- What the law says of each wanted act: every rule a condition, then the worst of those that fire.
CREATE TEMP TABLE judged AS
WITH aimed AS (
    SELECT proposal.*, day_facts.* EXCLUDE (loan_id, person_id),
           'debtor' AS recipient_role, false AS recipient_has_refused, 'collector' AS initiated_by, 'official' AS device,
           0::BIGINT AS planned_minutes,
           CASE WHEN agency_id IS NULL THEN 'lender' ELSE 'agency' END AS actor_kind,
           $point_id AS contact_point_id, $point_source AS contact_point_source, $point_state AS contact_point_state
    FROM proposal JOIN day_facts USING (loan_id)
    WHERE kind <> 'none'
),
known AS (  -- what is not known counts as the unfavourable value
    SELECT loan_id, person_id, preference, kind, treatment, template, offer, stage, reason, needs_approval, arm, propensity,
           value_cents, stage_rule, treatment_rule, visit_rule, relief_rule, leave_alone_rule, contact_point_id, team,
           region_code, overdue_cents AS overdue_for_plan, channel AS wanted_channel, purpose AS wanted_purpose,
           $known
    FROM aimed
),
timed AS (
    SELECT *,
           CASE WHEN known_time_zone IN ($home_zones) THEN 0 ELSE known_utc_offset_minutes_difference END AS difference,
           $window_conditions
    FROM known
),
opened AS (SELECT *, $opens AS opens, $closes AS closes, $any_window AS is_timed FROM timed),
cut AS (
    SELECT *,
           greatest(opens, opens + difference, known_earliest_minute) AS start_0,
           least(closes, closes + difference, known_latest_minute) AS end_0,
           greatest(opens, opens + difference + 1440, known_earliest_minute) AS start_1,
           least(closes, closes + difference + 1440, known_latest_minute) AS end_1,
           greatest(opens, opens + difference - 1440, known_earliest_minute) AS start_2,
           least(closes, closes + difference - 1440, known_latest_minute) AS end_2,
           $alone
    FROM opened
),
closed AS (
    SELECT *,
           CASE WHEN start_0 < end_0 THEN start_0 WHEN start_1 < end_1 THEN start_1 WHEN start_2 < end_2 THEN start_2
                ELSE greatest(opens, known_earliest_minute) END AS start_minute,
           CASE WHEN start_0 < end_0 THEN end_0 WHEN start_1 < end_1 THEN end_1 WHEN start_2 < end_2 THEN end_2
                ELSE greatest(opens, known_earliest_minute) END AS end_minute,
           start_0 >= end_0 AND start_1 >= end_1 AND start_2 >= end_2 AND NOT ($any_alone) AS is_nothing_left
    FROM cut
),
ruled AS (SELECT *, $conditions FROM closed),
weighed AS (
    SELECT *, $any_deny AS is_denied, $any_allow AS is_allowed, $any_review AS is_reviewed, $any_require AS is_required,
           $any_warn AS is_warned, list_filter([$fired], lambda rule: rule IS NOT NULL) AS rules
    FROM ruled
)
SELECT loan_id, person_id, preference, kind, treatment, wanted_channel AS channel, template, wanted_purpose AS purpose, offer,
       stage, reason, needs_approval, value_cents, treatment_rule, visit_rule, leave_alone_rule, contact_point_id,
       CASE WHEN is_denied OR NOT is_allowed THEN 'DENY' WHEN is_reviewed THEN 'REVIEW' WHEN is_required THEN 'REQUIRE'
            WHEN is_warned THEN 'WARN' ELSE 'ALLOW' END AS verdict,
       CASE WHEN is_denied OR is_allowed THEN rules[1] END AS decided_by,
       rules,
       list_filter([$duties], lambda duty: duty IS NOT NULL) AS duties,
       CASE WHEN is_timed THEN start_minute ELSE known_earliest_minute END AS window_start_minute,
       CASE WHEN is_timed THEN end_minute ELSE known_latest_minute END AS window_end_minute,
       '$pack_version' AS pack_version,
       team, region_code, overdue_for_plan AS overdue_cents
FROM weighed;
