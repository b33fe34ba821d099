CREATE TABLE `campaign_run` (
	`id` text PRIMARY KEY NOT NULL,
	`campaign` text NOT NULL,
	`version` integer NOT NULL,
	`state` text NOT NULL,
	`by` text NOT NULL,
	`started_at` integer NOT NULL,
	`planned_at` integer
) STRICT;
--> statement-breakpoint
CREATE INDEX `campaign_run_campaign` ON `campaign_run` (`campaign`,`started_at`);--> statement-breakpoint
CREATE TABLE `client` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`revoked_at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `client_key` (
	`id` text PRIMARY KEY NOT NULL,
	`client` text NOT NULL,
	`hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`client`) REFERENCES `client`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `client_key_client` ON `client_key` (`client`);--> statement-breakpoint
CREATE TABLE `command` (
	`id` text PRIMARY KEY NOT NULL,
	`op` text NOT NULL,
	`fingerprint` text NOT NULL,
	`result` blob,
	`expires_at` integer NOT NULL,
	`kept_until` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `command_expires` ON `command` (`expires_at`);--> statement-breakpoint
CREATE INDEX `command_kept` ON `command` (`kept_until`);--> statement-breakpoint
CREATE TABLE `compiled_rulebook` (
	`version` integer PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`body` text NOT NULL,
	`compiled_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `connector` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`body` text NOT NULL,
	`sealed` blob NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`removed_at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `cost_entry` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`unit` text NOT NULL,
	`kind` text NOT NULL,
	`field` text,
	`programme` text,
	`amount` integer NOT NULL,
	`currency` text NOT NULL,
	`note` text NOT NULL,
	`by` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `cost_entry_at` ON `cost_entry` (`at`);--> statement-breakpoint
CREATE INDEX `cost_entry_unit` ON `cost_entry` (`unit`,`at`);--> statement-breakpoint
CREATE TABLE `definition` (
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`version` integer NOT NULL,
	`body` text NOT NULL,
	`hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	PRIMARY KEY(`kind`, `key`, `version`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `export_order` (
	`id` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`people` text,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`expires_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
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
CREATE TABLE `import_job` (
	`id` text PRIMARY KEY NOT NULL,
	`mapping` text NOT NULL,
	`source` text NOT NULL,
	`unit` text NOT NULL,
	`dry_run` integer NOT NULL,
	`status` text NOT NULL,
	`rows` integer NOT NULL,
	`head` text NOT NULL,
	`counts` text NOT NULL,
	`error` text,
	`started_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`by` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `insight_model` (
	`id` text PRIMARY KEY NOT NULL,
	`as_of` integer NOT NULL,
	`people` integer NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `insight_model_created` ON `insight_model` (`created_at`);--> statement-breakpoint
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
CREATE TABLE `keyring_head` (
	`log` text PRIMARY KEY NOT NULL,
	`epoch` integer NOT NULL,
	`size` integer NOT NULL,
	`root` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `keyring_journal` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`vault` text NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `keyring_key` (
	`person` text NOT NULL,
	`class` text NOT NULL,
	`kid` text,
	`sealed` blob,
	`made_at` integer NOT NULL,
	`destroyed_at` integer,
	PRIMARY KEY(`person`, `class`)
) STRICT;
--> statement-breakpoint
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
CREATE TABLE `log_export` (
	`id` text PRIMARY KEY NOT NULL,
	`format` text NOT NULL,
	`filter` text NOT NULL,
	`asked_by` text NOT NULL,
	`asked_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `log_key` (
	`vkey` text PRIMARY KEY NOT NULL,
	`from_at` integer NOT NULL,
	`until_at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `log_minimum` (
	`minimum` integer PRIMARY KEY NOT NULL,
	`note` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `log_mirror` (
	`sink` text PRIMARY KEY NOT NULL,
	`position` integer NOT NULL
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
	`declares` integer DEFAULT 0 NOT NULL,
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
CREATE TABLE `measurement` (
	`id` text PRIMARY KEY NOT NULL,
	`objective` text NOT NULL,
	`value` real NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `measurement_objective` ON `measurement` (`objective`,`at`);--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `neighbour_model` (
	`id` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`buyers` integer NOT NULL,
	`built_at` integer NOT NULL
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
CREATE TABLE `release_run` (
	`id` text PRIMARY KEY NOT NULL,
	`origin` text NOT NULL,
	`started_at` integer NOT NULL,
	`started_by` text NOT NULL,
	`ended_at` integer,
	`outcome` text NOT NULL,
	`manifest` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `release_run_origin` ON `release_run` (`origin`,`started_at`);--> statement-breakpoint
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
CREATE TABLE `segment` (
	`id` text NOT NULL,
	`version` integer NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	PRIMARY KEY(`id`, `version`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `session` (
	`hash` text PRIMARY KEY NOT NULL,
	`staff` text NOT NULL,
	`csrf` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`staff`) REFERENCES `staff`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `sign_in_link` (
	`hash` text PRIMARY KEY NOT NULL,
	`staff` text NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`staff`) REFERENCES `staff`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `staff` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	`disabled_at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `webhook_cursor` (
	`endpoint` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`attempts` integer NOT NULL,
	`retry_at` integer NOT NULL,
	`last_status` text,
	`last_at` integer
) STRICT;
