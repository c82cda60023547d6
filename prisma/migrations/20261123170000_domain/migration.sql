-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "users" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "role" TEXT DEFAULT 'viewer',
    "banned" BOOLEAN DEFAULT false,
    "ban_reason" TEXT,
    "ban_expires" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "token" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "user_id" TEXT NOT NULL,
    "impersonated_by" TEXT,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "accounts" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verifications" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "verifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entries" (
    "sequence" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT,
    "actor_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "previous" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "vehicles" (
    "vin" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "model_year" INTEGER NOT NULL,
    "region" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "skilled_person_only" BOOLEAN NOT NULL DEFAULT false,
    "complete" BOOLEAN NOT NULL DEFAULT true,
    "registered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),
    "erased_at" TIMESTAMPTZ(3),
    "partial_ecus" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "blocked_at" TIMESTAMPTZ(3),

    CONSTRAINT "vehicles_pkey" PRIMARY KEY ("vin")
);

-- CreateTable
CREATE TABLE "vehicle_credentials" (
    "vin" TEXT NOT NULL,
    "salt" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,
    "mosquitto_hash" TEXT,
    "issued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "vehicle_credentials_pkey" PRIMARY KEY ("vin")
);

-- CreateTable
CREATE TABLE "vehicle_states" (
    "vin" TEXT NOT NULL,
    "fingerprint" TEXT,
    "configuration_key" TEXT,
    "epoch" INTEGER NOT NULL DEFAULT 1,
    "sequence" BIGINT NOT NULL DEFAULT 0,
    "report_sequence" BIGINT NOT NULL DEFAULT 0,
    "tcu_serial" TEXT,
    "tcu_software_version" TEXT,
    "tcu_replaced_at" TIMESTAMPTZ(3),
    "online" BOOLEAN NOT NULL DEFAULT false,
    "connection_id" TEXT,
    "presence_at" TIMESTAMPTZ(3),
    "first_seen_at" TIMESTAMPTZ(3),
    "last_seen_at" TIMESTAMPTZ(3),
    "last_seen_bucket" INTEGER NOT NULL DEFAULT 0,
    "last_report_at" TIMESTAMPTZ(3),
    "clock_skew_ms" BIGINT,
    "director_version" INTEGER NOT NULL DEFAULT 0,
    "report_requested_at" TIMESTAMPTZ(3),
    "status_count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "vehicle_states_pkey" PRIMARY KEY ("vin")
);

-- CreateTable
CREATE TABLE "tcu_epochs" (
    "vin" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "serial" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),
    "confirmed_by" TEXT,

    CONSTRAINT "tcu_epochs_pkey" PRIMARY KEY ("vin","epoch")
);

-- CreateTable
CREATE TABLE "ecus" (
    "vin" TEXT NOT NULL,
    "ecu_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "hardware_version" TEXT NOT NULL,
    "software_version" TEXT NOT NULL,
    "part_number" TEXT,
    "serial" TEXT,
    "status" TEXT NOT NULL,
    "faults" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "state" TEXT NOT NULL DEFAULT 'present',
    "swapped_at" TIMESTAMPTZ(3),
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ecus_pkey" PRIMARY KEY ("vin","ecu_id")
);

-- CreateTable
CREATE TABLE "ecu_versions" (
    "id" BIGSERIAL NOT NULL,
    "vin" TEXT NOT NULL,
    "ecu_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "hardware_version" TEXT NOT NULL,
    "software_version" TEXT NOT NULL,
    "serial" TEXT,
    "state" TEXT NOT NULL DEFAULT 'present',
    "epoch" INTEGER NOT NULL,
    "sequence" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ecu_versions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "timeline_events" (
    "id" BIGSERIAL NOT NULL,
    "vin" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "campaign_id" TEXT,
    "attempt" INTEGER,
    "phase" TEXT,
    "ecu_id" TEXT,
    "code" TEXT,
    "detail" TEXT,
    "from_state" TEXT,
    "to_state" TEXT,
    "latency_ms" INTEGER,
    "epoch" INTEGER,
    "sequence" BIGINT,
    "data" JSONB,

    CONSTRAINT "timeline_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "quarantine" (
    "id" BIGSERIAL NOT NULL,
    "source" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "vin" TEXT,
    "detail" TEXT NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "closed_by" TEXT,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "quarantine_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "quarantine_messages" (
    "id" BIGSERIAL NOT NULL,
    "quarantine_id" BIGINT NOT NULL,
    "topic" TEXT NOT NULL,
    "qos" INTEGER NOT NULL,
    "payload" BYTEA NOT NULL,
    "payload_bytes" INTEGER NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "replayed_at" TIMESTAMPTZ(3),
    "outcome" TEXT,

    CONSTRAINT "quarantine_messages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecu_types" (
    "name" TEXT NOT NULL,
    "version_scheme" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ecu_types_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "known_versions" (
    "ecu_type" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "source" TEXT NOT NULL,

    CONSTRAINT "known_versions_pkey" PRIMARY KEY ("ecu_type","version")
);

-- CreateTable
CREATE TABLE "artifacts" (
    "sha256" TEXT NOT NULL,
    "length" BIGINT NOT NULL,
    "file_name" TEXT NOT NULL,
    "store_key" TEXT NOT NULL,
    "uploaded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "uploaded_by" TEXT,

    CONSTRAINT "artifacts_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "releases" (
    "id" TEXT NOT NULL,
    "ecu_type" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "hardware_versions" TEXT[],
    "from_versions" JSONB NOT NULL,
    "dependencies" JSONB NOT NULL DEFAULT '[]',
    "notes" TEXT NOT NULL DEFAULT '',
    "user_information" JSONB NOT NULL DEFAULT '{}',
    "preconditions" JSONB NOT NULL,
    "skilled_person_only" BOOLEAN NOT NULL DEFAULT false,
    "rollback_to" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "state" TEXT NOT NULL DEFAULT 'draft',
    "revision" INTEGER NOT NULL DEFAULT 1,
    "release_counter" INTEGER NOT NULL DEFAULT 0,
    "artifact_sha256" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "released_at" TIMESTAMPTZ(3),
    "withdrawn_at" TIMESTAMPTZ(3),
    "withdrawn_reason" TEXT,

    CONSTRAINT "releases_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "campaigns" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'draft',
    "definition" JSONB NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "kind" TEXT NOT NULL DEFAULT 'static',
    "delivery" TEXT NOT NULL DEFAULT 'targeted',
    "qos" INTEGER NOT NULL DEFAULT 1,
    "priority" INTEGER NOT NULL DEFAULT 50,
    "impact_digest" TEXT,
    "reviewed_impact" JSONB,
    "parent_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "created_by_name" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "start_at" TIMESTAMPTZ(3),
    "end_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "paused_at" TIMESTAMPTZ(3),
    "pause_cause" JSONB,
    "finished_at" TIMESTAMPTZ(3),
    "abort_mode" TEXT,
    "plan_state" TEXT NOT NULL DEFAULT 'none',
    "plan_cursor" TEXT,
    "planned_count" INTEGER NOT NULL DEFAULT 0,
    "target_count" INTEGER,
    "rate_window_at" TIMESTAMPTZ(3),
    "rate_used" INTEGER NOT NULL DEFAULT 0,
    "current_wave" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "campaigns_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "campaign_releases" (
    "campaign_id" TEXT NOT NULL,
    "release_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "campaign_releases_pkey" PRIMARY KEY ("campaign_id","release_id")
);

-- CreateTable
CREATE TABLE "waves" (
    "campaign_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "started_at" TIMESTAMPTZ(3),
    "soak_until" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "opened_by" TEXT,
    "announced_at" TIMESTAMPTZ(3),

    CONSTRAINT "waves_pkey" PRIMARY KEY ("campaign_id","number")
);

-- CreateTable
CREATE TABLE "assignments" (
    "campaign_id" TEXT NOT NULL,
    "vin" TEXT NOT NULL,
    "wave" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "due_at" TIMESTAMPTZ(3),
    "configuration_key" TEXT,
    "steps" JSONB,
    "reasons" JSONB,
    "director_version" INTEGER,
    "notified_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "acknowledged_at" TIMESTAMPTZ(3),
    "phase_at" TIMESTAMPTZ(3),
    "phase_online_ms" BIGINT NOT NULL DEFAULT 0,
    "clock_since" TIMESTAMPTZ(3),
    "claimed_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "late" BOOLEAN NOT NULL DEFAULT false,
    "provisional" BOOLEAN NOT NULL DEFAULT false,
    "progress" INTEGER,
    "reason_code" TEXT,
    "reason_detail" TEXT,
    "failure_class" TEXT,
    "failed_ecu_id" TEXT,
    "failed_from_version" TEXT,
    "acknowledged_failure" BOOLEAN NOT NULL DEFAULT false,
    "cancel_requested_at" TIMESTAMPTZ(3),
    "leased_by" TEXT,
    "leased_until" TIMESTAMPTZ(3),
    "notified_epoch" INTEGER,
    "notified_sequence" BIGINT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "assignments_pkey" PRIMARY KEY ("campaign_id","vin")
);

-- CreateTable
CREATE TABLE "assignment_counters" (
    "campaign_id" TEXT NOT NULL,
    "wave" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "acknowledged" BOOLEAN NOT NULL DEFAULT false,
    "shard" INTEGER NOT NULL,
    "count" BIGINT NOT NULL,

    CONSTRAINT "assignment_counters_pkey" PRIMARY KEY ("campaign_id","wave","state","acknowledged","shard")
);

-- CreateTable
CREATE TABLE "director_documents" (
    "vin" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "campaign_id" TEXT,
    "attempt" INTEGER,
    "envelope" JSONB NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "director_documents_pkey" PRIMARY KEY ("vin","version")
);

-- CreateTable
CREATE TABLE "announcements" (
    "version" INTEGER NOT NULL,
    "campaign_id" TEXT NOT NULL,
    "wave" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "topic" TEXT NOT NULL,
    "envelope" JSONB NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),

    CONSTRAINT "announcements_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "approvals" (
    "id" TEXT NOT NULL,
    "campaign_id" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL,
    "user_name" TEXT NOT NULL,
    "decision" TEXT NOT NULL,
    "comment" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "voided_at" TIMESTAMPTZ(3),

    CONSTRAINT "approvals_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signing_keys" (
    "key_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "encrypted_private" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "signing_keys_pkey" PRIMARY KEY ("key_id")
);

-- CreateTable
CREATE TABLE "settings" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_by" TEXT,

    CONSTRAINT "settings_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "jobs" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "done" BIGINT NOT NULL DEFAULT 0,
    "total" BIGINT,
    "result" JSONB,
    "error" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "jobs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "saved_views" (
    "id" TEXT NOT NULL,
    "page" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "filter" JSONB,
    "shared" BOOLEAN NOT NULL DEFAULT false,
    "owner_id" TEXT NOT NULL,
    "owner_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saved_views_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_channels" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "secret" TEXT,
    "events" TEXT[],
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_channels_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_deliveries" (
    "id" BIGSERIAL NOT NULL,
    "channel_id" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3),
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "alert_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "process_heartbeats" (
    "name" TEXT NOT NULL,
    "instance" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "details" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "process_heartbeats_pkey" PRIMARY KEY ("name","instance")
);

-- CreateTable
CREATE TABLE "version_census" (
    "day" DATE NOT NULL,
    "type" TEXT NOT NULL,
    "software_version" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "version_census_pkey" PRIMARY KEY ("day","type","software_version")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE UNIQUE INDEX "sessions_token_key" ON "sessions"("token");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- CreateIndex
CREATE INDEX "accounts_user_id_idx" ON "accounts"("user_id");

-- CreateIndex
CREATE INDEX "verifications_identifier_idx" ON "verifications"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "audit_entries_hash_key" ON "audit_entries"("hash");

-- CreateIndex
CREATE INDEX "audit_entries_subject_type_subject_id_sequence_idx" ON "audit_entries"("subject_type", "subject_id", "sequence");

-- CreateIndex
CREATE INDEX "audit_entries_actor_id_sequence_idx" ON "audit_entries"("actor_id", "sequence");

-- CreateIndex
CREATE INDEX "audit_entries_action_sequence_idx" ON "audit_entries"("action", "sequence");

-- CreateIndex
CREATE INDEX "vehicles_model_vin_idx" ON "vehicles"("model", "vin");

-- CreateIndex
CREATE INDEX "vehicles_region_vin_idx" ON "vehicles"("region", "vin");

-- CreateIndex
CREATE INDEX "vehicles_model_year_vin_idx" ON "vehicles"("model_year", "vin");

-- CreateIndex
CREATE INDEX "vehicles_tags_idx" ON "vehicles" USING GIN ("tags");

-- CreateIndex
CREATE INDEX "vehicle_states_last_seen_bucket_vin_idx" ON "vehicle_states"("last_seen_bucket", "vin");

-- CreateIndex
CREATE INDEX "vehicle_states_configuration_key_idx" ON "vehicle_states"("configuration_key");

-- CreateIndex
CREATE INDEX "tcu_epochs_vin_serial_idx" ON "tcu_epochs"("vin", "serial");

-- CreateIndex
CREATE INDEX "ecus_type_software_version_idx" ON "ecus"("type", "software_version");

-- CreateIndex
CREATE UNIQUE INDEX "ecu_versions_vin_ecu_id_epoch_sequence_key" ON "ecu_versions"("vin", "ecu_id", "epoch", "sequence");

-- CreateIndex
CREATE INDEX "timeline_events_vin_id_idx" ON "timeline_events"("vin", "id");

-- CreateIndex
CREATE INDEX "timeline_events_campaign_id_id_idx" ON "timeline_events"("campaign_id", "id");

-- CreateIndex
CREATE INDEX "quarantine_state_last_seen_at_idx" ON "quarantine"("state", "last_seen_at");

-- CreateIndex
CREATE INDEX "quarantine_vin_idx" ON "quarantine"("vin");

-- CreateIndex
CREATE INDEX "quarantine_messages_quarantine_id_id_idx" ON "quarantine_messages"("quarantine_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "known_versions_ecu_type_ordinal_key" ON "known_versions"("ecu_type", "ordinal");

-- CreateIndex
CREATE INDEX "releases_state_ecu_type_idx" ON "releases"("state", "ecu_type");

-- CreateIndex
CREATE UNIQUE INDEX "releases_ecu_type_version_key" ON "releases"("ecu_type", "version");

-- CreateIndex
CREATE INDEX "campaigns_state_priority_idx" ON "campaigns"("state", "priority");

-- CreateIndex
CREATE INDEX "campaigns_created_at_idx" ON "campaigns"("created_at");

-- CreateIndex
CREATE INDEX "campaign_releases_release_id_idx" ON "campaign_releases"("release_id");

-- CreateIndex
CREATE INDEX "assignments_vin_idx" ON "assignments"("vin");

-- CreateIndex
CREATE INDEX "assignments_campaign_id_state_vin_idx" ON "assignments"("campaign_id", "state", "vin");

-- CreateIndex
CREATE INDEX "assignments_campaign_id_wave_vin_idx" ON "assignments"("campaign_id", "wave", "vin");

-- CreateIndex
CREATE INDEX "announcements_campaign_id_wave_idx" ON "announcements"("campaign_id", "wave");

-- CreateIndex
CREATE INDEX "approvals_campaign_id_at_idx" ON "approvals"("campaign_id", "at");

-- CreateIndex
CREATE INDEX "signing_keys_role_idx" ON "signing_keys"("role");

-- CreateIndex
CREATE INDEX "jobs_state_created_at_idx" ON "jobs"("state", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "saved_views_page_owner_id_name_key" ON "saved_views"("page", "owner_id", "name");

-- CreateIndex
CREATE INDEX "alert_deliveries_state_next_at_idx" ON "alert_deliveries"("state", "next_at");

-- CreateIndex
CREATE INDEX "alert_deliveries_created_at_idx" ON "alert_deliveries"("created_at");

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "quarantine_messages" ADD CONSTRAINT "quarantine_messages_quarantine_id_fkey" FOREIGN KEY ("quarantine_id") REFERENCES "quarantine"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "known_versions" ADD CONSTRAINT "known_versions_ecu_type_fkey" FOREIGN KEY ("ecu_type") REFERENCES "ecu_types"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "releases" ADD CONSTRAINT "releases_ecu_type_fkey" FOREIGN KEY ("ecu_type") REFERENCES "ecu_types"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "releases" ADD CONSTRAINT "releases_artifact_sha256_fkey" FOREIGN KEY ("artifact_sha256") REFERENCES "artifacts"("sha256") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "campaigns"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign_releases" ADD CONSTRAINT "campaign_releases_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaigns"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign_releases" ADD CONSTRAINT "campaign_releases_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "releases"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "waves" ADD CONSTRAINT "waves_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaigns"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaigns"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaigns"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert_deliveries" ADD CONSTRAINT "alert_deliveries_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "alert_channels"("id") ON DELETE CASCADE ON UPDATE CASCADE;