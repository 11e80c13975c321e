-- One contact a person, none where the law forbids it; channels without limits.
CREATE TEMP TABLE plan AS
WITH wanted AS (
    SELECT *,
           verdict IN ('ALLOW', 'WARN', 'REQUIRE') AND NOT needs_approval AS is_permitted,
           verdict = 'REVIEW' OR (verdict IN ('ALLOW', 'WARN', 'REQUIRE') AND needs_approval) AS is_approvable
    FROM judged
    WHERE kind = 'contact'
),
best AS (
    SELECT loan_id, preference, person_id,
           row_number() OVER (PARTITION BY channel ORDER BY value_cents DESC, person_id, loan_id, preference) AS rank
    FROM (SELECT * FROM wanted
          WHERE is_permitted
          QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY preference, value_cents DESC, loan_id) = 1)
),
loan_wants AS (
    SELECT loan_id,
           coalesce(min(preference) FILTER (is_permitted), min(preference) FILTER (is_approvable), min(preference)) AS nearest
    FROM wanted
    GROUP BY loan_id
),
contact_act AS (
    SELECT wanted.*, mine.rank, mine.rank IS NOT NULL AS is_planned, theirs.person_id IS NOT NULL AS is_person_planned
    FROM wanted
    JOIN loan_wants USING (loan_id)
    LEFT JOIN best AS theirs ON theirs.person_id = wanted.person_id
    LEFT JOIN best AS mine ON mine.loan_id = wanted.loan_id
    WHERE wanted.preference = coalesce(mine.preference, nearest)
),
explained AS (
    SELECT *,
           CASE WHEN is_planned THEN 'planned' WHEN is_approvable AND NOT is_person_planned THEN 'candidate'
                ELSE 'unplanned' END AS status,
           CASE WHEN is_planned THEN reason WHEN NOT is_permitted AND NOT is_approvable THEN 'refused_by_law'
                WHEN is_person_planned THEN 'one_contact_per_person' WHEN is_permitted THEN 'no_capacity'
                WHEN verdict = 'REVIEW' THEN 'needs_review' ELSE 'needs_approval' END AS plan_reason
    FROM contact_act
),
visit AS (
    SELECT *, verdict <> 'DENY' AS is_lawful,
           verdict <> 'DENY' AND row_number() OVER (PARTITION BY person_id ORDER BY verdict <> 'DENY' DESC, value_cents DESC,
                                                    loan_id, preference) = 1 AS is_first
    FROM judged
    WHERE kind = 'visit'
)
SELECT loan_id, person_id, 'contact' AS act, status, rank, treatment, channel, template, purpose, offer, contact_point_id,
       window_start_minute, window_end_minute, team, region_code, NULL::VARCHAR AS pool, needs_approval, value_cents, verdict,
       duties, plan_reason AS reason,
       CASE WHEN NOT is_planned AND plan_reason IN ('refused_by_law', 'needs_review') THEN decided_by
            ELSE treatment_rule END AS reason_rule,
       preference, stage, overdue_cents
FROM explained
UNION ALL
SELECT loan_id, proposal.person_id, 'none', CASE WHEN needs_approval THEN 'candidate' ELSE 'unplanned' END, NULL, treatment,
       channel, template, purpose, offer, NULL, NULL, NULL, team, region_code, NULL, needs_approval, value_cents, NULL, NULL,
       CASE WHEN needs_approval THEN 'needs_approval' ELSE reason END,
       CASE WHEN needs_approval THEN treatment_rule ELSE leave_alone_rule END, preference, stage, overdue_cents
FROM proposal JOIN (SELECT loan_id, team, region_code, overdue_cents FROM day_facts) USING (loan_id)
WHERE kind = 'none'
UNION ALL
SELECT loan_id, person_id, 'visit', CASE WHEN is_first THEN 'candidate' ELSE 'unplanned' END,
       CASE WHEN is_first
            THEN row_number() OVER (PARTITION BY is_first ORDER BY value_cents DESC, person_id, loan_id, preference) END,
       treatment, channel, template, purpose, offer, contact_point_id, window_start_minute, window_end_minute, team,
       region_code, NULL, true, value_cents, verdict, duties,
       CASE WHEN NOT is_lawful THEN 'refused_by_law' WHEN NOT is_first THEN 'one_visit_per_person'
            ELSE 'needs_approval' END,
       CASE WHEN is_lawful THEN visit_rule ELSE decided_by END, preference, stage, overdue_cents
FROM visit;
