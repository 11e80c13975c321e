-- What the playbook wants: its tables one after the other, then one row a wanted act.
CREATE TEMP TABLE decided AS
WITH concerned AS (
    SELECT *,
           CASE WHEN is_deceased THEN 'deceased' WHEN has_identity_theft THEN 'identity_theft'
                WHEN has_bereavement THEN 'bereavement' WHEN has_no_contact_order THEN 'no_contact_order'
                WHEN has_bankruptcy THEN 'bankruptcy' WHEN has_moratorium THEN 'moratorium' WHEN has_legal THEN 'legal'
                WHEN has_settled_elsewhere THEN 'settled_elsewhere' WHEN has_dispute THEN 'dispute'
                WHEN has_complaint THEN 'complaint' WHEN has_grace THEN 'grace' ELSE 'none' END AS hold,
           mobile_point_id IS NOT NULL AND refuses_sms IS NOT TRUE AS has_mobile,
           app_point_id IS NOT NULL AND refuses_push IS NOT TRUE AS has_app,
           email_point_id IS NOT NULL AND refuses_email IS NOT TRUE AS has_email,
           agency_id IS NOT NULL AS is_placed,
           has_active_arrangement AND NOT is_arrangement_breached AS is_in_arrangement
    FROM day_facts
    WHERE is_open AND (days_past_due > 0 OR days_to_next_due BETWEEN 0 AND $pre_due_days)
),
stage_row AS (SELECT *, $stage_row AS stage_row FROM concerned),
stage AS (SELECT *, $stage_outputs FROM stage_row),
remote_exhausted_row AS (SELECT *, $remote_exhausted_row AS remote_exhausted_row FROM stage),
remote_exhausted AS (SELECT *, $remote_exhausted_outputs FROM remote_exhausted_row),
relief_row AS (SELECT *, $relief_row AS relief_row FROM remote_exhausted),
relief AS (SELECT *, $relief_outputs FROM relief_row),
trial_row AS (SELECT *, $trial_row AS trial_row FROM relief),
trial AS (
    SELECT *, $trial_outputs,
           ('0x' || substr(sha256(person_id || '|$holdout_salt'), 1, 12))::BIGINT % 1000000 AS holdout_draw,
           ('0x' || substr(sha256(person_id || '|$first_channel_salt'), 1, 12))::BIGINT % 1000000 AS first_channel_draw
    FROM trial_row
),
held_out AS (
    SELECT *,
           CASE WHEN trial_holdout IS NOT TRUE OR relief_path IS DISTINCT FROM 'none' THEN 'none'
                WHEN holdout_draw < $holdout_share THEN 'holdout' ELSE 'contact' END AS holdout_arm
    FROM trial
),
drawn AS (
    SELECT *,
           CASE WHEN holdout_arm = 'holdout' OR trial_first_channel IS NOT TRUE
                     OR relief_path IS DISTINCT FROM 'none' THEN 'none'
                WHEN first_channel_draw < $sms_share THEN 'sms' ELSE 'push' END AS first_channel_arm
    FROM held_out
),
leave_alone_row AS (SELECT *, $leave_alone_row AS leave_alone_row FROM drawn),
leave_alone AS (SELECT *, $leave_alone_outputs FROM leave_alone_row),
visit_row AS (SELECT *, $visit_row AS visit_row FROM leave_alone),
visit AS (SELECT *, $visit_outputs FROM visit_row),
referral_row AS (SELECT *, $referral_row AS referral_row FROM visit),
referral AS (SELECT *, $referral_outputs FROM referral_row),
treatment_row AS (SELECT *, $treatment_row AS treatment_row FROM referral),
treatment AS (SELECT *, $treatment_outputs FROM treatment_row),
ended AS (
    SELECT *,
           leave_alone IS DISTINCT FROM 'act' AND leave_alone IS NOT NULL AS is_held,
           treatment_treatment IS NOT NULL AS is_treated,
           coalesce(relief_path = 'none', true) AS no_relief,
           treatment_treatment IS NOT NULL AND coalesce(relief_path = 'none', true)
               AND coalesce(leave_alone IN ('act', 'holdout'), true) AS counts,
           CASE WHEN holdout_arm <> 'none' THEN 'holdout=' || holdout_arm || ';' ELSE '' END
               || CASE WHEN first_channel_arm <> 'none' THEN 'first_channel=' || first_channel_arm || ';' ELSE '' END
               AS arm_text
    FROM treatment
),
settled AS (
    SELECT *,
           is_held OR NOT is_treated AS is_left_alone,
           CASE WHEN counts AND arm_text <> '' THEN arm_text ELSE 'none' END AS arm,
           CASE WHEN counts THEN (($holdout_shares * $first_channel_shares)::DECIMAL(9, 6))
                ELSE 1::DECIMAL(9, 6) END AS propensity
    FROM ended
)
SELECT loan_id, person_id, overdue_cents, outstanding_cents, attempts_7_days_count, stage, relief_offer, visit_reason,
       referral_reason, treatment_treatment, treatment_channel_1, treatment_channel_2, treatment_channel_3,
       treatment_template, treatment_purpose, treatment_reason, stage_rule, treatment_rule, visit_rule, relief_rule,
       leave_alone_rule, referral_rule, is_left_alone, arm, propensity,
       CASE WHEN is_held THEN leave_alone ELSE 'no_treatment_row' END AS leave_alone_reason,
       NOT is_left_alone AND no_relief AND days_past_due > 0 AND visit_candidate IS TRUE AS is_visit_candidate,
       CASE WHEN NOT is_left_alone AND no_relief AND days_past_due > 0 THEN coalesce(referral_referral, 'none')
            ELSE 'none' END AS referral,
       greatest(coalesce(CASE $basis END, 0), 0) AS basis,
       coalesce(attempts_7_days_count, 0) * $fatigue_cents AS fatigue
FROM settled;

CREATE TEMP TABLE proposal AS
WITH act AS (
    SELECT *, 1 AS preference, 'none' AS kind, 'leave_alone' AS treatment, 'none' AS channel, NULL::VARCHAR AS template,
           'none' AS purpose, NULL::VARCHAR AS offer, leave_alone_reason AS reason, $contact_from AS earliest_minute,
           $contact_to AS latest_minute, false AS needs_approval, NULL::VARCHAR AS price, NULL::VARCHAR AS act_rule
    FROM decided
    WHERE is_left_alone
    UNION ALL
    SELECT decided.*, preference, 'contact',
           CASE WHEN treatment_treatment NOT IN ('phone_call', 'bot_call', 'sms_reminder', 'push_reminder', 'email_reminder',
                                                 'im_reminder', 'letter') THEN treatment_treatment
                ELSE CASE channel WHEN 'voice_agent' THEN 'phone_call' WHEN 'voice_bot' THEN 'bot_call'
                                  WHEN 'sms' THEN 'sms_reminder' WHEN 'push' THEN 'push_reminder'
                                  WHEN 'email' THEN 'email_reminder' WHEN 'im_official' THEN 'im_reminder'
                                  WHEN 'letter' THEN 'letter' ELSE treatment_treatment END END,
           channel, treatment_template, treatment_purpose,
           nullif(relief_offer, 'none'), treatment_reason, $contact_from, $contact_to,
           coalesce(treatment_treatment IN ($approval), false), channel, treatment_rule
    FROM decided
    CROSS JOIN LATERAL (VALUES (1, treatment_channel_1), (2, treatment_channel_2), (3, treatment_channel_3))
        AS wanted(preference, channel)
    WHERE NOT is_left_alone AND channel <> 'none'
    UNION ALL
    SELECT *, 1, 'visit', 'visit_candidate', 'visit', 'visit_appointment', 'collection', NULL, visit_reason,
           $visit_from, $visit_to, true, 'visit', treatment_rule
    FROM decided
    WHERE is_visit_candidate
    UNION ALL
    SELECT *, 1, 'none', referral, CASE referral WHEN 'legal_referral_candidate' THEN 'judicial' ELSE 'none' END, NULL,
           'collection', NULL, referral_reason, $contact_from, $contact_to, true,
           CASE referral WHEN 'legal_referral_candidate' THEN 'judicial' WHEN 'agency_candidate' THEN 'agency' END,
           referral_rule
    FROM decided
    WHERE referral <> 'none'
)
SELECT loan_id, person_id, preference::BIGINT AS preference, kind, treatment, channel, template, purpose, offer, stage,
       reason, earliest_minute::BIGINT AS earliest_minute, latest_minute::BIGINT AS latest_minute, needs_approval, arm,
       propensity,
       CASE WHEN price IS NULL THEN 0
            ELSE (basis * ($uplift) + 5000) // 10000 - ($charges) - fatigue END AS value_cents,
       stage_rule, act_rule AS treatment_rule, visit_rule, relief_rule, leave_alone_rule
FROM act;
