CREATE TABLE `command` (
	`id` text PRIMARY KEY NOT NULL,
	`op` text NOT NULL,
	`fingerprint` text NOT NULL,
	`result` blob NOT NULL,
	`expires_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `command_expires` ON `command` (`expires_at`);--> statement-breakpoint
CREATE TABLE `consent_record` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`person` text NOT NULL,
	`at` integer NOT NULL,
	`method` text NOT NULL,
	`site` text,
	`unit` text,
	`notice` text,
	`language` text,
	`notice_hash` text,
	`choices` text NOT NULL,
	`detail` text NOT NULL,
	`evidence` blob,
	`log_seq` integer NOT NULL,
	`rulebook` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `consent_record_id_unique` ON `consent_record` (`id`);--> statement-breakpoint
CREATE INDEX `consent_record_person` ON `consent_record` (`person`,`seq`);--> statement-breakpoint
CREATE TABLE `consent_state` (
	`person` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `contact_point` (
	`id` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`kind` text NOT NULL,
	`hash` text NOT NULL,
	`sealed` blob NOT NULL,
	`source` text NOT NULL,
	`verified_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`person`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `contact_point_person` ON `contact_point` (`person`);--> statement-breakpoint
CREATE INDEX `contact_point_hash` ON `contact_point` (`hash`);--> statement-breakpoint
CREATE TABLE `decision` (
	`person` text NOT NULL,
	`day` text NOT NULL,
	`question` text NOT NULL,
	`first_at` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`person`, `day`, `question`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `decision_day` ON `decision` (`day`);--> statement-breakpoint
CREATE TABLE `feed` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`topic` text NOT NULL,
	`person` text,
	`body` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `feed_person` ON `feed` (`person`);--> statement-breakpoint
CREATE TABLE `identifier` (
	`hash` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`person` text NOT NULL,
	`claimed_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `identifier_person` ON `identifier` (`person`);--> statement-breakpoint
CREATE TABLE `job` (
	`id` text PRIMARY KEY NOT NULL,
	`op` text NOT NULL,
	`input` text NOT NULL,
	`due_at` integer NOT NULL,
	`attempts` integer NOT NULL,
	`last_error` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `job_due` ON `job` (`due_at`);--> statement-breakpoint
CREATE TABLE `log_checkpoint` (
	`size` integer PRIMARY KEY NOT NULL,
	`root` blob NOT NULL,
	`note` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `log_entry` (
	`seq` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`commitment` blob NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `log_payload` (
	`seq` integer PRIMARY KEY NOT NULL,
	`event` text,
	`actor` text,
	`person` text,
	`purpose` text,
	`site` text,
	`sealed_by` text,
	`sealed` blob,
	`erased_by` integer,
	FOREIGN KEY (`seq`) REFERENCES `log_entry`(`seq`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `log_payload_person` ON `log_payload` (`person`,`seq`);--> statement-breakpoint
CREATE TABLE `log_tile` (
	`level` integer NOT NULL,
	`idx` integer NOT NULL,
	`hashes` blob NOT NULL,
	PRIMARY KEY(`level`, `idx`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`person` text,
	`kind` text NOT NULL,
	`sealed_by` text NOT NULL,
	`sealed` blob,
	`state` text NOT NULL,
	`due_at` integer NOT NULL,
	`attempts` integer NOT NULL,
	`last_error` text,
	`created_at` integer NOT NULL,
	`settled_at` integer
) STRICT;
--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`state`,`due_at`);--> statement-breakpoint
CREATE INDEX `outbox_person` ON `outbox` (`person`);--> statement-breakpoint
CREATE TABLE `person` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`merged_into` text,
	`keyed` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `rulebook` (
	`version` integer PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`body` text NOT NULL,
	`installed_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `saga` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`step` integer NOT NULL,
	`state` text NOT NULL,
	`started_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`last_error` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `saga_updated` ON `saga` (`updated_at`);--> statement-breakpoint
CREATE TABLE `suppression` (
	`hash` text NOT NULL,
	`scope` text NOT NULL,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`hash`, `scope`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `used_token` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `used_token_expires` ON `used_token` (`expires_at`);--> statement-breakpoint
CREATE TABLE `webhook_cursor` (
	`endpoint` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`attempts` integer NOT NULL,
	`retry_at` integer NOT NULL,
	`last_status` text,
	`last_at` integer
) STRICT;
