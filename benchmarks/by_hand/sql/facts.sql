-- The facts of every loan, as columns of one table. Nothing here was written by Forbear's own layer.
CREATE TEMP VIEW counting AS
SELECT loan_id, amount_cents, effective_on
FROM payments
WHERE (recorded_at IS NULL OR recorded_at < $known_before)
  AND effective_on <= $as_of
  AND (status = 'settled'
       OR (status = 'reversed' AND (reversed_on > $as_of OR reversal_recorded_at >= $known_before)));

CREATE TEMP TABLE loan AS
WITH dues AS (
    SELECT loan_id,
           sum(fee_cents)::BIGINT AS all_fee,
           sum(penalty_cents)::BIGINT AS all_penalty,
           sum(interest_cents)::BIGINT AS all_interest,
           sum(principal_cents)::BIGINT AS all_principal,
           sum(fee_cents) FILTER (due_on < $as_of)::BIGINT AS past_fee,
           sum(penalty_cents) FILTER (due_on < $as_of)::BIGINT AS past_penalty,
           sum(interest_cents) FILTER (due_on < $as_of)::BIGINT AS past_interest,
           sum(principal_cents) FILTER (due_on < $as_of)::BIGINT AS past_principal,
           sum(principal_cents + interest_cents + penalty_cents + fee_cents)
               FILTER (due_on BETWEEN $as_of AND $as_of + 29)::BIGINT AS due_30_days_cents,
           min(due_on) AS first_due_on,
           min(due_on) FILTER (due_on >= $as_of) AS coming_due_on,
           sum(principal_cents * (due_on - DATE '1970-01-01'))::BIGINT AS principal_days
    FROM instalments
    GROUP BY loan_id
),
paid AS (
    SELECT loan_id,
           sum(amount_cents)::BIGINT AS paid_cents,
           sum(amount_cents) FILTER (effective_on > $as_of - 30)::BIGINT AS paid_30_days_cents,
           max(effective_on) AS last_payment_on
    FROM counting
    GROUP BY loan_id
),
flying AS (
    SELECT loan_id, sum(amount_cents)::BIGINT AS in_flight_cents
    FROM payments
    WHERE status = 'in_flight'
      AND (recorded_at IS NULL OR recorded_at < $known_before)
      AND effective_on BETWEEN $as_of - $in_flight_days AND $as_of + $in_flight_days
    GROUP BY loan_id
),
summed AS (
    SELECT loan_id, person_id, product_code, product_kind, lender_type, currency, agency_id, team, disbursed_on,
           status AS ledger_status, all_in_rate,
           status IN ('settled', 'cancelled') AND (closed_on IS NULL OR closed_on <= $as_of) AS is_closed,
           coalesce(all_fee, 0) AS all_fee, coalesce(all_penalty, 0) AS all_penalty,
           coalesce(all_interest, 0) AS all_interest, coalesce(all_principal, 0) AS all_principal,
           coalesce(past_fee, 0) AS past_fee, coalesce(past_penalty, 0) AS past_penalty,
           coalesce(past_interest, 0) AS past_interest, coalesce(past_principal, 0) AS past_principal,
           coalesce(due_30_days_cents, 0) AS due_30_days_cents, first_due_on, coming_due_on, principal_days,
           coalesce(paid_cents, 0) AS paid_cents, coalesce(paid_30_days_cents, 0) AS paid_30_days_cents,
           last_payment_on, coalesce(in_flight_cents, 0) AS in_flight_cents
    FROM loans
    LEFT JOIN dues USING (loan_id)
    LEFT JOIN paid USING (loan_id)
    LEFT JOIN flying USING (loan_id)
    WHERE disbursed_on <= $as_of
),
priced AS (
    SELECT *,
           all_fee + all_penalty + all_interest + all_principal AS all_cents,
           past_fee + past_penalty + past_interest + past_principal AS past_cents,
           nullif(greatest(principal_days - all_principal * (disbursed_on - DATE '1970-01-01'), 0), 0) AS principal_by_days
    FROM summed
)
SELECT * EXCLUDE (all_in_rate, principal_days, principal_by_days),
       coalesce(all_in_rate,
                CASE WHEN (all_interest + all_fee) * 3650000 // principal_by_days < 9990000
                     THEN (((all_interest + all_fee) * 3650000 // principal_by_days) * 0.0001::DECIMAL(9, 6))::DECIMAL(9, 6)
                END) AS all_in_annual_rate
FROM priced;

-- Instalments are laid against payments only where sums do not tell already: of people behind, and of odd payers.
CREATE TEMP TABLE laid AS
WITH behind AS (SELECT person_id FROM loan WHERE NOT is_closed AND paid_cents < past_cents)
SELECT loan_id, paid_cents
FROM loan
WHERE person_id IN (FROM behind)
   OR (NOT is_closed AND paid_cents <> past_cents AND paid_cents < all_cents);

CREATE TEMP TABLE unpaid AS
WITH events AS (
    SELECT loan_id, instalment_number, due_on, paid_cents, fee_cents, penalty_cents, interest_cents, principal_cents,
           principal_cents + interest_cents + penalty_cents + fee_cents AS amount_cents, 0 AS arrived_cents
    FROM instalments JOIN laid USING (loan_id)
    UNION ALL
    SELECT loan_id, -1, effective_on, 0, 0, 0, 0, 0, 0, amount_cents
    FROM counting
    WHERE loan_id IN (SELECT loan_id FROM laid)
),
running AS (
    SELECT *,
           sum(amount_cents) OVER in_order AS due_so_far,
           sum(arrived_cents) OVER in_order AS arrived_so_far
    FROM events
    WINDOW in_order AS (PARTITION BY loan_id ORDER BY due_on, instalment_number ROWS UNBOUNDED PRECEDING)
),
each_one AS (
    SELECT loan_id, due_on, due_on < $as_of AS is_past, fee_cents, penalty_cents, interest_cents, principal_cents,
           least(amount_cents, greatest(due_so_far - paid_cents, 0))::BIGINT AS left_cents,
           due_so_far - arrived_so_far > $tolerance_cents AS was_missing
    FROM running
    WHERE instalment_number >= 0
),
split AS (  -- what was paid went to fees first, so what is left is principal first
    SELECT loan_id, due_on, is_past, was_missing, left_cents > $tolerance_cents AS is_unpaid,
           least(principal_cents, left_cents) AS principal_left,
           least(interest_cents, greatest(left_cents - principal_cents, 0)) AS interest_left,
           least(penalty_cents, greatest(left_cents - principal_cents - interest_cents, 0)) AS penalty_left,
           least(fee_cents, greatest(left_cents - principal_cents - interest_cents - penalty_cents, 0)) AS fee_left
    FROM each_one
)
SELECT loan_id,
       sum(fee_left)::BIGINT AS fee_left, sum(penalty_left)::BIGINT AS penalty_left,
       sum(interest_left)::BIGINT AS interest_left, sum(principal_left)::BIGINT AS principal_left,
       coalesce(sum(fee_left) FILTER (is_unpaid AND is_past), 0)::BIGINT AS fee_overdue,
       coalesce(sum(penalty_left) FILTER (is_unpaid AND is_past), 0)::BIGINT AS penalty_overdue,
       coalesce(sum(interest_left) FILTER (is_unpaid AND is_past), 0)::BIGINT AS interest_overdue,
       coalesce(sum(principal_left) FILTER (is_unpaid AND is_past), 0)::BIGINT AS principal_overdue,
       min(due_on) FILTER (is_unpaid AND is_past) AS oldest_unpaid_due_on,
       count(*) FILTER (is_unpaid AND is_past) AS overdue_count,
       min(due_on) FILTER (is_unpaid AND NOT is_past) AS next_due_on,
       count(*) FILTER (is_past AND was_missing AND NOT is_unpaid) AS late_count
FROM split
GROUP BY loan_id;

CREATE TEMP TABLE aged AS
WITH owing AS (
    SELECT loan.*,
           u.loan_id IS NOT NULL AND NOT is_closed AS is_laid,
           NOT is_closed AND paid_cents = past_cents AS is_current,
           u.* EXCLUDE (loan_id, next_due_on), u.next_due_on AS laid_next_due_on
    FROM loan LEFT JOIN unpaid AS u ON u.loan_id = loan.loan_id
),
valued AS (
    SELECT loan_id, person_id, product_code, product_kind, lender_type, currency, agency_id, team, disbursed_on,
           ledger_status, all_in_annual_rate, first_due_on, due_30_days_cents, paid_cents, paid_30_days_cents,
           in_flight_cents, last_payment_on,
           CASE WHEN is_laid THEN fee_overdue ELSE 0 END AS overdue_fee_cents,
           CASE WHEN is_laid THEN penalty_overdue ELSE 0 END AS overdue_penalty_cents,
           CASE WHEN is_laid THEN interest_overdue ELSE 0 END AS overdue_interest_cents,
           CASE WHEN is_laid THEN principal_overdue ELSE 0 END AS overdue_principal_cents,
           CASE WHEN is_laid THEN fee_left WHEN is_current THEN all_fee - past_fee ELSE 0 END AS outstanding_fee_cents,
           CASE WHEN is_laid THEN penalty_left WHEN is_current THEN all_penalty - past_penalty ELSE 0 END
               AS outstanding_penalty_cents,
           CASE WHEN is_laid THEN interest_left WHEN is_current THEN all_interest - past_interest ELSE 0 END
               AS outstanding_interest_cents,
           CASE WHEN is_laid THEN principal_left WHEN is_current THEN all_principal - past_principal ELSE 0 END
               AS outstanding_principal_cents,
           CASE WHEN is_laid THEN oldest_unpaid_due_on END AS oldest_unpaid_due_on,
           CASE WHEN is_laid THEN overdue_count ELSE 0 END AS instalments_overdue_count,
           CASE WHEN is_laid THEN laid_next_due_on WHEN is_current THEN coming_due_on END AS next_due_on,
           coalesce(late_count, 0) AS late_count,
           greatest(paid_cents - all_cents, 0) AS overpaid_cents
    FROM owing
),
pauses AS (
    SELECT loan_id, starts_on, least(coalesce(ends_on, $as_of + 1), $as_of + 1) AS ends_on
    FROM holds
    WHERE pauses_ageing AND starts_on <= $as_of AND (recorded_at IS NULL OR recorded_at < $known_before)
      AND loan_id IS NOT NULL
    UNION ALL
    SELECT loan.loan_id, starts_on, least(coalesce(ends_on, $as_of + 1), $as_of + 1)
    FROM holds JOIN loan USING (person_id)
    WHERE pauses_ageing AND starts_on <= $as_of AND (recorded_at IS NULL OR recorded_at < $known_before)
      AND holds.loan_id IS NULL
),
clipped AS (
    SELECT loan_id, ends_on > $as_of AS is_running, oldest_unpaid_due_on,
           greatest(starts_on, oldest_unpaid_due_on) AS from_on, least(ends_on, $as_of) AS to_on
    FROM pauses JOIN valued USING (loan_id)
),
merged AS (
    SELECT *, max(to_on) OVER (PARTITION BY loan_id ORDER BY from_on, to_on
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached_on
    FROM clipped
),
paused AS (
    SELECT loan_id, bool_or(is_running) AS is_ageing_paused,
           sum(CASE WHEN oldest_unpaid_due_on IS NULL THEN 0
                    ELSE greatest(to_on - greatest(from_on, reached_on), 0) END)::BIGINT AS paused_days
    FROM merged
    GROUP BY loan_id
),
dated AS (
    SELECT valued.*,
           overdue_fee_cents + overdue_penalty_cents + overdue_interest_cents + overdue_principal_cents AS overdue_cents,
           outstanding_fee_cents + outstanding_penalty_cents + outstanding_interest_cents + outstanding_principal_cents
               AS outstanding_cents,
           coalesce(paused_days, 0) AS paused_days, coalesce(is_ageing_paused, false) AS is_ageing_paused
    FROM valued LEFT JOIN paused USING (loan_id)
)
SELECT *,
       outstanding_cents > 0 AS is_open,
       next_due_on - $as_of AS days_to_next_due,
       coalesce(CASE WHEN $as_of - oldest_unpaid_due_on - paused_days > $grace_days
                     THEN $as_of - oldest_unpaid_due_on - paused_days END, 0) AS days_past_due
FROM dated;

DROP TABLE laid;
DROP TABLE unpaid;

CREATE TEMP TABLE zone AS
SELECT time_zone, date_diff('minute', timezone('UTC', timezone(time_zone, $as_of + TIME '12:00')), $as_of + TIME '12:00')
                      AS utc_offset_minutes
FROM (SELECT DISTINCT time_zone FROM borrowers WHERE time_zone IN (SELECT name FROM pg_timezone_names()));

CREATE TEMP TABLE person AS
WITH summed AS (
    SELECT person_id,
           sum(overdue_cents)::BIGINT AS person_overdue_cents,
           sum(outstanding_cents)::BIGINT AS person_outstanding_cents,
           max(days_past_due) AS person_days_past_due,
           count_if(is_open)::BIGINT AS person_loans_open_count,
           count_if(overdue_cents > 0)::BIGINT AS person_loans_overdue_count,
           bool_or(in_flight_cents > 0) AS person_has_payment_in_flight,
           sum(due_30_days_cents) FILTER (is_open)::BIGINT AS due_30_days,
           sum(late_count)::BIGINT AS earlier_delinquencies_count,
           min(oldest_unpaid_due_on) AS overdue_since_on,
           max(last_payment_on) AS person_last_payment_on,
           coalesce(bool_or(overdue_cents > 0 OR (is_open AND days_to_next_due <= $pre_due_days)), false) AS is_watched
    FROM aged
    GROUP BY person_id
)
SELECT summed.*, region_code, birth_on, monthly_income_cents, has_local_agency,
       coalesce(language, 'zh_CN') AS language,
       CASE WHEN borrowers.time_zone IS NULL THEN '$home_zone' WHEN utc_offset_minutes IS NOT NULL THEN borrowers.time_zone
            END AS time_zone,
       CASE WHEN borrowers.time_zone IS NULL THEN $home_offset ELSE utc_offset_minutes END AS utc_offset_minutes,
       coalesce(legal_capacity, 'full') AS legal_capacity,
       coalesce(is_deceased, false) AS is_deceased,
       coalesce(has_representative, false) AS has_representative
FROM summed LEFT JOIN borrowers USING (person_id) LEFT JOIN zone USING (time_zone);

CREATE TEMP TABLE point AS
WITH usable AS (
    SELECT person_id, kind,
           {'state': CASE WHEN state = 'valid' THEN 0 ELSE 1 END,
            'source': CASE source WHEN 'given_by_debtor' THEN 0 WHEN 'verified_update' THEN 1 WHEN 'public_record' THEN 2
                      ELSE 3 END,
            'point_id': contact_point_id, 'source_code': source, 'state_code': state} AS best
    FROM contact_points
    WHERE state <> 'invalid' AND (recorded_at IS NULL OR recorded_at < $known_before)
      AND person_id IN (SELECT person_id FROM person WHERE is_watched)
)
SELECT person_id, mobile.point_id AS mobile_point_id, mobile.source_code AS mobile_point_source,
       mobile.state_code AS mobile_point_state, email.point_id AS email_point_id,
       email.source_code AS email_point_source, email.state_code AS email_point_state, app.point_id AS app_point_id,
       app.source_code AS app_point_source, app.state_code AS app_point_state, im.point_id AS im_point_id,
       im.source_code AS im_point_source, im.state_code AS im_point_state, address.point_id AS address_point_id,
       address.source_code AS address_point_source, address.state_code AS address_point_state
FROM (SELECT person_id,
             min(best) FILTER (kind IN ('mobile', 'landline')) AS mobile,
             min(best) FILTER (kind = 'email') AS email,
             min(best) FILTER (kind = 'app') AS app,
             min(best) FILTER (kind = 'im') AS im,
             min(best) FILTER (kind = 'address') AS address
      FROM usable
      GROUP BY person_id);

CREATE TEMP TABLE contact AS
WITH theirs AS (
    SELECT person_id, channel, result, attitude, reason_code, direction, purpose, overdue_since_on,
           coalesce(is_right_party, false) AS is_right_party,
           contact_point_id IS NULL OR contact_point_id = mobile_point_id AS is_on_mobile,
           timezone(coalesce(time_zone, '$home_zone'), timezone('UTC', contacts."at"))::DATE AS contact_on
    FROM contacts
    JOIN (SELECT person_id, time_zone, overdue_since_on FROM person WHERE is_watched) USING (person_id)
    LEFT JOIN (SELECT person_id, mobile_point_id FROM point) USING (person_id)
    WHERE contacts."at" < $known_before + INTERVAL 1 DAY
),
marked AS (
    SELECT *,
           $as_of - contact_on AS days_ago,
           coalesce(contact_on >= overdue_since_on, false) AS is_since,
           direction = 'out' AND purpose IN ('collection', 'locate') AS is_attempt,
           direction = 'in' AS is_inbound,
           list_position($channels, channel) AS channel_number
    FROM theirs
    WHERE contact_on <= $as_of
)
SELECT person_id,
       count(*) FILTER (is_since AND is_attempt) AS attempts_count,
       count(*) FILTER (is_attempt AND days_ago < 7) AS attempts_7_days_count,
       count(*) FILTER (is_attempt AND days_ago < 30) AS attempts_30_days_count,
       count(DISTINCT contact_on) FILTER (is_since AND is_attempt) AS attempt_days_count,
       count(*) FILTER (is_since AND is_attempt AND result IN ('no_answer', 'busy', 'voicemail', 'invalid_number',
                                                              'undelivered', 'not_met', 'wrong_person'))
           AS failed_attempts_count,
       bit_count(coalesce(bit_or((1::BIGINT << channel_number)) FILTER (is_since AND is_attempt), 0))::BIGINT
           AS channels_tried_count,
       count(*) FILTER (is_since AND is_right_party) AS right_party_contacts_count,
       count(*) FILTER (is_since AND is_inbound) AS inbound_contacts_count,
       count(*) FILTER (is_since AND is_attempt AND channel = 'visit') AS visits_made_count,
       count(*) FILTER (is_since AND attitude = 'stalling') AS stalling_count,
       count(*) FILTER (is_since AND attitude = 'refusing') AS refusal_count,
       count(*) FILTER (is_since AND attitude = 'willing') AS willing_count,
       min(days_ago) FILTER (is_attempt) AS days_since_last_attempt,
       min(days_ago) FILTER (is_attempt AND channel = 'visit') AS days_since_last_visit,
       min(days_ago) FILTER (is_right_party) AS days_since_right_party_contact,
       max(channel_number - 100 * days_ago) FILTER (is_attempt) AS last_attempt_key,
       max(contact_on) FILTER (is_right_party OR is_inbound) AS last_sign_on,
       arg_max(attitude, list_position(['willing', 'stalling', 'refusing', 'hardship'], attitude) - 100 * days_ago)
           FILTER (attitude IS NOT NULL) AS last_attitude,
       arg_max(reason_code, list_position(['forgot', 'living_cost', 'job_loss', 'illness', 'sudden_event', 'over_borrowed',
                                           'disputes_debt', 'other'], reason_code) - 100 * days_ago)
           FILTER (reason_code IS NOT NULL) AS reason_code,
       $count_windows
FROM marked
GROUP BY person_id;

CREATE TEMP TABLE consent AS
SELECT person_id,
       bool_or(kind = 'channel_refusal' AND (channel IS NULL OR channel IN ('voice_agent', 'voice_bot'))) AS refuses_voice,
       bool_or(kind = 'channel_refusal' AND (channel IS NULL OR channel = 'sms')) AS refuses_sms,
       bool_or(kind = 'channel_refusal' AND (channel IS NULL OR channel = 'push')) AS refuses_push,
       bool_or(kind = 'channel_refusal' AND (channel IS NULL OR channel = 'email')) AS refuses_email,
       bool_or(kind = 'channel_refusal' AND (channel IS NULL OR channel IN ('im_official', 'im_private'))) AS refuses_im,
       bool_or(kind = 'channel_refusal' AND (channel IS NULL OR channel = 'visit')) AS refuses_visit,
       bool_or(kind = 'night_contact' AND form = 'individual') AS has_night_consent,
       bool_or(kind = 'night_contact' AND form <> 'individual') AS has_boilerplate_night_consent,
       bool_or(kind = 'home_entry' AND form = 'individual') AS has_home_entry_consent,
       max(attempts_max) FILTER (kind = 'contact_frequency' AND form = 'individual') AS agreed_attempts_max
FROM consents
WHERE given_at < $known_before
  AND (expires_at IS NULL OR expires_at >= $known_before)
  AND (revoked_at IS NULL OR revoked_at >= $known_before)
  AND person_id IN (SELECT person_id FROM person WHERE is_watched)
GROUP BY person_id;

CREATE TEMP TABLE hold AS
WITH active AS (
    SELECT person_id, loan_id, kind,
           loan_id IS NULL OR kind IN ('bereavement', 'bankruptcy', 'moratorium', 'no_contact_order', 'hardship',
                                       'identity_theft') AS is_personal
    FROM holds
    WHERE (recorded_at IS NULL OR recorded_at < $known_before)
      AND starts_on <= $as_of AND (ends_on IS NULL OR ends_on > $as_of)
),
spread AS (
    SELECT loan_id, kind FROM active WHERE NOT is_personal
    UNION ALL
    SELECT loan.loan_id, kind FROM active JOIN loan USING (person_id) WHERE is_personal
)
SELECT loan_id,
       bool_or(kind = 'dispute') AS has_dispute, bool_or(kind = 'hardship') AS has_hardship,
       bool_or(kind = 'bereavement') AS has_bereavement, bool_or(kind = 'bankruptcy') AS has_bankruptcy,
       bool_or(kind = 'moratorium') AS has_moratorium, bool_or(kind = 'legal') AS has_legal,
       bool_or(kind = 'complaint') AS has_complaint, bool_or(kind = 'settled_elsewhere') AS has_settled_elsewhere,
       bool_or(kind = 'no_contact_order') AS has_no_contact_order, bool_or(kind = 'grace') AS has_grace,
       bool_or(kind = 'identity_theft') AS has_identity_theft
FROM spread
GROUP BY loan_id;

CREATE TEMP TABLE arrangement AS
WITH signed AS (
    SELECT loan_id, arrangement_id, kind, signed_on,
           coalesce(breached_on <= $as_of, false) AS is_broken,
           (ends_on IS NULL OR ends_on > $as_of) AND NOT coalesce(breached_on <= $as_of, false) AS is_in_force
    FROM arrangements
    WHERE signed_on <= $as_of
)
SELECT loan_id,
       bool_or(is_in_force) AS has_active_arrangement,
       max({'on': signed_on, 'id': arrangement_id, 'kind': kind}) FILTER (is_in_force).kind AS arrangement_kind,
       bool_or(is_broken) AND NOT bool_or(is_in_force) AS is_arrangement_breached,
       count_if(is_broken)::BIGINT AS arrangements_breached_count
FROM signed
GROUP BY loan_id;

CREATE TEMP TABLE promise AS
WITH known AS (
    SELECT promise_id, loan_id, made_on, due_on, amount_cents, due_on + $promise_grace_days AS last_day
    FROM promises
    WHERE made_on <= $as_of AND (cancelled_on IS NULL OR cancelled_on > $as_of)
),
received AS (
    SELECT promise_id, sum(counting.amount_cents)::BIGINT AS received_cents
    FROM known JOIN counting USING (loan_id)
    WHERE effective_on BETWEEN made_on AND last_day
    GROUP BY promise_id
),
judged AS (
    SELECT known.*, coalesce(received_cents, 0) * 100 >= amount_cents * $promise_kept_percent AS is_kept,
           last_day < $as_of AS is_over
    FROM known LEFT JOIN received USING (promise_id)
)
SELECT loan_id,
       count(*) AS promises_made_count,
       count_if(is_kept)::BIGINT AS promises_kept_count,
       count_if(NOT is_kept AND is_over)::BIGINT AS promises_broken_count,
       bool_or(NOT is_kept AND NOT is_over) AS has_open_promise,
       min(due_on) FILTER (NOT is_kept AND NOT is_over) AS promise_due_on,
       sum(amount_cents) FILTER (NOT is_kept AND NOT is_over)::BIGINT AS promise_amount_cents,
       $as_of - max(last_day) FILTER (NOT is_kept AND is_over) AS days_since_promise_broken
FROM judged
GROUP BY loan_id;

CREATE TEMP VIEW fact AS
WITH joined AS (
    SELECT aged.*, person.* EXCLUDE (person_id), contact.* EXCLUDE (person_id), point.* EXCLUDE (person_id),
           consent.* EXCLUDE (person_id), hold.* EXCLUDE (loan_id), arrangement.* EXCLUDE (loan_id),
           promise.* EXCLUDE (loan_id),
           due_30_days * 100 // nullif(monthly_income_cents, 0) AS burden,
           CASE WHEN is_watched THEN $as_of - greatest(last_sign_on, person_last_payment_on, overdue_since_on) END AS silent
    FROM aged
    LEFT JOIN person USING (person_id)
    LEFT JOIN contact USING (person_id)
    LEFT JOIN point USING (person_id)
    LEFT JOIN consent USING (person_id)
    LEFT JOIN hold USING (loan_id)
    LEFT JOIN arrangement USING (loan_id)
    LEFT JOIN promise USING (loan_id)
)
SELECT loan_id, person_id, $as_of AS business_date, product_code, product_kind, lender_type, currency, region_code, team,
       agency_id, language, time_zone, utc_offset_minutes - $law_offset AS utc_offset_minutes_difference, is_open,
       ledger_status, ($as_of - disbursed_on) * 12 // 365 AS months_on_book, days_past_due,
       CASE WHEN days_past_due <= 0 THEN 'M0' WHEN days_past_due <= 30 THEN 'M1' WHEN days_past_due <= 60 THEN 'M2'
            WHEN days_past_due <= 90 THEN 'M3' WHEN days_past_due <= 120 THEN 'M4' WHEN days_past_due <= 150 THEN 'M5'
            WHEN days_past_due <= 180 THEN 'M6' ELSE 'M6+' END AS bucket,
       $asset_class AS asset_class,
       oldest_unpaid_due_on, next_due_on, days_to_next_due, instalments_overdue_count, paused_days, is_ageing_paused,
       coalesce(oldest_unpaid_due_on = first_due_on, false) AS is_first_payment_default,
       overdue_cents, overdue_principal_cents, overdue_interest_cents, overdue_penalty_cents, overdue_fee_cents,
       outstanding_cents, outstanding_principal_cents, outstanding_interest_cents, outstanding_penalty_cents,
       outstanding_fee_cents, paid_cents, overpaid_cents, paid_30_days_cents, in_flight_cents,
       in_flight_cents > 0 AS has_payment_in_flight, last_payment_on,
       $as_of - last_payment_on AS days_since_last_payment, all_in_annual_rate,
       all_in_annual_rate > $rate_ceiling AS is_over_rate_ceiling, earlier_delinquencies_count,
       coalesce(promises_made_count, 0) AS promises_made_count, coalesce(promises_kept_count, 0) AS promises_kept_count,
       coalesce(promises_broken_count, 0) AS promises_broken_count, coalesce(has_open_promise, false) AS has_open_promise,
       promise_due_on, promise_amount_cents, days_since_promise_broken,
       $watched_counts,
       days_since_last_attempt, days_since_last_visit, days_since_right_party_contact, silent AS days_silent,
       ($channels)[(last_attempt_key + 100 * days_since_last_attempt)::INT] AS last_attempt_channel,
       coalesce(is_watched AND attempts_count >= $lost_contact_attempts_min
                AND attempt_days_count >= $lost_contact_attempt_days_min
                AND channels_tried_count >= $lost_contact_channels_min
                AND right_party_contacts_count = 0 AND inbound_contacts_count = 0
                AND silent >= $lost_contact_silent_days_min, false) AS is_lost_contact,
       $watched_more,
       last_attitude, reason_code,
       coalesce((is_watched AND willing_count > 0) OR promises_kept_count > 0 OR paid_30_days_cents > 0
                OR (is_watched AND inbound_contacts_count > 0), false) AS has_shown_willingness,
       monthly_income_cents, burden AS burden_percent,
       CASE WHEN burden >= $ability_low_percent THEN 'low' WHEN burden > $ability_high_percent THEN 'medium'
            WHEN burden IS NOT NULL THEN 'high' END AS ability,
       coalesce(has_hardship, false) OR coalesce(last_attitude = 'hardship', false)
           OR coalesce(reason_code IN ('job_loss', 'illness', 'sudden_event', 'living_cost'), false) AS has_hardship_signal,
       $hold_flags,
       is_deceased, legal_capacity,
       coalesce(birth_on + INTERVAL $adult_years YEAR > $as_of, legal_capacity <> 'full') AS is_minor, has_representative,
       coalesce(has_active_arrangement, false) AS has_active_arrangement, arrangement_kind,
       coalesce(is_arrangement_breached, false) AS is_arrangement_breached,
       coalesce(arrangements_breached_count, 0) AS arrangements_breached_count,
       COLUMNS('^(mobile|email|app|im|address)_point_(id|source|state)$$'),
       $watched_flags,
       agreed_attempts_max, has_local_agency, person_overdue_cents, person_outstanding_cents, person_days_past_due,
       person_loans_open_count, person_loans_overdue_count,
       coalesce(person_has_payment_in_flight, false) AS person_has_payment_in_flight,
       $watched_windows
FROM joined;
