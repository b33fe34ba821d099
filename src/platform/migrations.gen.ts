// Made by src/build/migrations.ts from migrations/. Do not edit.
import type { Migration } from './migrate';

export const registryMigrations: readonly Migration[] = [
  {
    "tag": "0000_init",
    "statements": [
      "CREATE TABLE `client` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`name` text NOT NULL,\n\t`scopes` text NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`created_by` text NOT NULL,\n\t`revoked_at` integer\n) STRICT;",
      "CREATE TABLE `client_key` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`client` text NOT NULL,\n\t`hash` text NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`expires_at` integer,\n\t`revoked_at` integer,\n\tFOREIGN KEY (`client`) REFERENCES `client`(`id`) ON UPDATE no action ON DELETE no action\n) STRICT;",
      "CREATE INDEX `client_key_client` ON `client_key` (`client`);",
      "CREATE TABLE `command` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`op` text NOT NULL,\n\t`fingerprint` text NOT NULL,\n\t`result` blob NOT NULL,\n\t`expires_at` integer NOT NULL\n) STRICT;",
      "CREATE INDEX `command_expires` ON `command` (`expires_at`);",
      "CREATE TABLE `compiled_rulebook` (\n\t`version` integer PRIMARY KEY NOT NULL,\n\t`hash` text NOT NULL,\n\t`body` text NOT NULL,\n\t`compiled_at` integer NOT NULL\n) STRICT;",
      "CREATE TABLE `definition` (\n\t`kind` text NOT NULL,\n\t`key` text NOT NULL,\n\t`version` integer NOT NULL,\n\t`body` text NOT NULL,\n\t`hash` text NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`created_by` text NOT NULL,\n\tPRIMARY KEY(`kind`, `key`, `version`)\n) STRICT;",
      "CREATE TABLE `feed` (\n\t`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`id` text NOT NULL,\n\t`topic` text NOT NULL,\n\t`person` text,\n\t`body` text NOT NULL,\n\t`at` integer NOT NULL\n) STRICT;",
      "CREATE INDEX `feed_person` ON `feed` (`person`);",
      "CREATE TABLE `job` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`op` text NOT NULL,\n\t`input` text NOT NULL,\n\t`due_at` integer NOT NULL,\n\t`attempts` integer NOT NULL,\n\t`last_error` text\n) STRICT;",
      "CREATE INDEX `job_due` ON `job` (`due_at`);",
      "CREATE TABLE `keyring_head` (\n\t`log` text PRIMARY KEY NOT NULL,\n\t`epoch` integer NOT NULL,\n\t`size` integer NOT NULL,\n\t`root` text NOT NULL,\n\t`at` integer NOT NULL\n) STRICT;",
      "CREATE TABLE `keyring_journal` (\n\t`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`vault` text NOT NULL,\n\t`body` text NOT NULL,\n\t`at` integer NOT NULL\n) STRICT;",
      "CREATE TABLE `keyring_key` (\n\t`person` text NOT NULL,\n\t`class` text NOT NULL,\n\t`kid` text,\n\t`sealed` blob,\n\t`made_at` integer NOT NULL,\n\t`destroyed_at` integer,\n\tPRIMARY KEY(`person`, `class`)\n) STRICT;",
      "CREATE TABLE `log_checkpoint` (\n\t`size` integer PRIMARY KEY NOT NULL,\n\t`root` blob NOT NULL,\n\t`note` text NOT NULL,\n\t`at` integer NOT NULL\n) STRICT;",
      "CREATE TABLE `log_entry` (\n\t`seq` integer PRIMARY KEY NOT NULL,\n\t`at` integer NOT NULL,\n\t`commitment` blob NOT NULL\n) STRICT;",
      "CREATE TABLE `log_payload` (\n\t`seq` integer PRIMARY KEY NOT NULL,\n\t`event` text,\n\t`actor` text,\n\t`person` text,\n\t`purpose` text,\n\t`site` text,\n\t`sealed_by` text,\n\t`sealed` blob,\n\t`erased_by` integer,\n\tFOREIGN KEY (`seq`) REFERENCES `log_entry`(`seq`) ON UPDATE no action ON DELETE no action\n) STRICT;",
      "CREATE INDEX `log_payload_person` ON `log_payload` (`person`,`seq`);",
      "CREATE TABLE `log_tile` (\n\t`level` integer NOT NULL,\n\t`idx` integer NOT NULL,\n\t`hashes` blob NOT NULL,\n\tPRIMARY KEY(`level`, `idx`)\n) STRICT;",
      "CREATE TABLE `meta` (\n\t`key` text PRIMARY KEY NOT NULL,\n\t`value` text NOT NULL\n) STRICT;",
      "CREATE TABLE `outbox` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`person` text,\n\t`kind` text NOT NULL,\n\t`sealed_by` text NOT NULL,\n\t`sealed` blob,\n\t`state` text NOT NULL,\n\t`due_at` integer NOT NULL,\n\t`attempts` integer NOT NULL,\n\t`last_error` text,\n\t`created_at` integer NOT NULL,\n\t`settled_at` integer\n) STRICT;",
      "CREATE INDEX `outbox_due` ON `outbox` (`state`,`due_at`);",
      "CREATE INDEX `outbox_person` ON `outbox` (`person`);",
      "CREATE TABLE `saga` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`kind` text NOT NULL,\n\t`step` integer NOT NULL,\n\t`state` text NOT NULL,\n\t`started_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL,\n\t`last_error` text\n) STRICT;",
      "CREATE INDEX `saga_updated` ON `saga` (`updated_at`);",
      "CREATE TABLE `session` (\n\t`hash` text PRIMARY KEY NOT NULL,\n\t`staff` text NOT NULL,\n\t`csrf` text NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`expires_at` integer NOT NULL,\n\t`ended_at` integer,\n\tFOREIGN KEY (`staff`) REFERENCES `staff`(`id`) ON UPDATE no action ON DELETE no action\n) STRICT;",
      "CREATE TABLE `sign_in_link` (\n\t`hash` text PRIMARY KEY NOT NULL,\n\t`staff` text NOT NULL,\n\t`expires_at` integer NOT NULL,\n\t`used_at` integer,\n\tFOREIGN KEY (`staff`) REFERENCES `staff`(`id`) ON UPDATE no action ON DELETE no action\n) STRICT;",
      "CREATE TABLE `staff` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`name` text NOT NULL,\n\t`role` text NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`disabled_at` integer\n) STRICT;",
      "CREATE TABLE `webhook_cursor` (\n\t`endpoint` text PRIMARY KEY NOT NULL,\n\t`seq` integer NOT NULL,\n\t`attempts` integer NOT NULL,\n\t`retry_at` integer NOT NULL,\n\t`last_status` text,\n\t`last_at` integer\n) STRICT;"
    ]
  }
];

export const vaultMigrations: readonly Migration[] = [
  {
    "tag": "0000_init",
    "statements": [
      "CREATE TABLE `command` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`op` text NOT NULL,\n\t`fingerprint` text NOT NULL,\n\t`result` blob NOT NULL,\n\t`expires_at` integer NOT NULL\n) STRICT;",
      "CREATE INDEX `command_expires` ON `command` (`expires_at`);",
      "CREATE TABLE `consent_record` (\n\t`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`id` text NOT NULL,\n\t`person` text NOT NULL,\n\t`at` integer NOT NULL,\n\t`method` text NOT NULL,\n\t`site` text,\n\t`unit` text,\n\t`notice` text,\n\t`language` text,\n\t`notice_hash` text,\n\t`choices` text NOT NULL,\n\t`detail` text NOT NULL,\n\t`evidence` blob,\n\t`log_seq` integer NOT NULL,\n\t`rulebook` integer NOT NULL\n) STRICT;",
      "CREATE UNIQUE INDEX `consent_record_id_unique` ON `consent_record` (`id`);",
      "CREATE INDEX `consent_record_person` ON `consent_record` (`person`,`seq`);",
      "CREATE TABLE `consent_state` (\n\t`person` text PRIMARY KEY NOT NULL,\n\t`body` text NOT NULL\n) STRICT;",
      "CREATE TABLE `contact_point` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`person` text NOT NULL,\n\t`kind` text NOT NULL,\n\t`hash` text NOT NULL,\n\t`sealed` blob NOT NULL,\n\t`source` text NOT NULL,\n\t`verified_at` integer,\n\t`created_at` integer NOT NULL,\n\tFOREIGN KEY (`person`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action\n) STRICT;",
      "CREATE INDEX `contact_point_person` ON `contact_point` (`person`);",
      "CREATE INDEX `contact_point_hash` ON `contact_point` (`hash`);",
      "CREATE TABLE `decision` (\n\t`person` text NOT NULL,\n\t`day` text NOT NULL,\n\t`question` text NOT NULL,\n\t`first_at` integer NOT NULL,\n\t`count` integer NOT NULL,\n\tPRIMARY KEY(`person`, `day`, `question`)\n) STRICT;",
      "CREATE INDEX `decision_day` ON `decision` (`day`);",
      "CREATE TABLE `feed` (\n\t`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`id` text NOT NULL,\n\t`topic` text NOT NULL,\n\t`person` text,\n\t`body` text NOT NULL,\n\t`at` integer NOT NULL\n) STRICT;",
      "CREATE INDEX `feed_person` ON `feed` (`person`);",
      "CREATE TABLE `identifier` (\n\t`hash` text PRIMARY KEY NOT NULL,\n\t`type` text NOT NULL,\n\t`person` text NOT NULL,\n\t`claimed_at` integer NOT NULL\n) STRICT;",
      "CREATE INDEX `identifier_person` ON `identifier` (`person`);",
      "CREATE TABLE `job` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`op` text NOT NULL,\n\t`input` text NOT NULL,\n\t`due_at` integer NOT NULL,\n\t`attempts` integer NOT NULL,\n\t`last_error` text\n) STRICT;",
      "CREATE INDEX `job_due` ON `job` (`due_at`);",
      "CREATE TABLE `log_checkpoint` (\n\t`size` integer PRIMARY KEY NOT NULL,\n\t`root` blob NOT NULL,\n\t`note` text NOT NULL,\n\t`at` integer NOT NULL\n) STRICT;",
      "CREATE TABLE `log_entry` (\n\t`seq` integer PRIMARY KEY NOT NULL,\n\t`at` integer NOT NULL,\n\t`commitment` blob NOT NULL\n) STRICT;",
      "CREATE TABLE `log_payload` (\n\t`seq` integer PRIMARY KEY NOT NULL,\n\t`event` text,\n\t`actor` text,\n\t`person` text,\n\t`purpose` text,\n\t`site` text,\n\t`sealed_by` text,\n\t`sealed` blob,\n\t`erased_by` integer,\n\tFOREIGN KEY (`seq`) REFERENCES `log_entry`(`seq`) ON UPDATE no action ON DELETE no action\n) STRICT;",
      "CREATE INDEX `log_payload_person` ON `log_payload` (`person`,`seq`);",
      "CREATE TABLE `log_tile` (\n\t`level` integer NOT NULL,\n\t`idx` integer NOT NULL,\n\t`hashes` blob NOT NULL,\n\tPRIMARY KEY(`level`, `idx`)\n) STRICT;",
      "CREATE TABLE `meta` (\n\t`key` text PRIMARY KEY NOT NULL,\n\t`value` text NOT NULL\n) STRICT;",
      "CREATE TABLE `outbox` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`person` text,\n\t`kind` text NOT NULL,\n\t`sealed_by` text NOT NULL,\n\t`sealed` blob,\n\t`state` text NOT NULL,\n\t`due_at` integer NOT NULL,\n\t`attempts` integer NOT NULL,\n\t`last_error` text,\n\t`created_at` integer NOT NULL,\n\t`settled_at` integer\n) STRICT;",
      "CREATE INDEX `outbox_due` ON `outbox` (`state`,`due_at`);",
      "CREATE INDEX `outbox_person` ON `outbox` (`person`);",
      "CREATE TABLE `person` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`status` text NOT NULL,\n\t`merged_into` text,\n\t`keyed` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`last_seen_at` integer NOT NULL\n) STRICT;",
      "CREATE TABLE `rulebook` (\n\t`version` integer PRIMARY KEY NOT NULL,\n\t`hash` text NOT NULL,\n\t`body` text NOT NULL,\n\t`installed_at` integer NOT NULL\n) STRICT;",
      "CREATE TABLE `saga` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`kind` text NOT NULL,\n\t`step` integer NOT NULL,\n\t`state` text NOT NULL,\n\t`started_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL,\n\t`last_error` text\n) STRICT;",
      "CREATE INDEX `saga_updated` ON `saga` (`updated_at`);",
      "CREATE TABLE `suppression` (\n\t`hash` text NOT NULL,\n\t`scope` text NOT NULL,\n\t`reason` text NOT NULL,\n\t`created_at` integer NOT NULL,\n\tPRIMARY KEY(`hash`, `scope`)\n) STRICT;",
      "CREATE TABLE `used_token` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`expires_at` integer NOT NULL\n) STRICT;",
      "CREATE INDEX `used_token_expires` ON `used_token` (`expires_at`);",
      "CREATE TABLE `webhook_cursor` (\n\t`endpoint` text PRIMARY KEY NOT NULL,\n\t`seq` integer NOT NULL,\n\t`attempts` integer NOT NULL,\n\t`retry_at` integer NOT NULL,\n\t`last_status` text,\n\t`last_at` integer\n) STRICT;"
    ]
  }
];
