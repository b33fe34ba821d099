CREATE TABLE `attribute` (
	`person` text NOT NULL,
	`field` text NOT NULL,
	`purpose` text NOT NULL,
	`unit` text NOT NULL,
	`value` text,
	`sealed` blob,
	`record` text,
	`source` text NOT NULL,
	`collected_at` integer NOT NULL,
	`written_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`person`, `field`, `purpose`, `unit`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `attribute_expires` ON `attribute` (`expires_at`);--> statement-breakpoint
CREATE INDEX `attribute_field` ON `attribute` (`field`,`purpose`);--> statement-breakpoint
CREATE TABLE `campaign_send` (
	`run` text NOT NULL,
	`person` text NOT NULL,
	`campaign` text NOT NULL,
	`arm` text NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`detail` text NOT NULL,
	`contact_point` text,
	`attempts` integer NOT NULL,
	`due_at` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`run`, `person`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `campaign_send_person` ON `campaign_send` (`person`);--> statement-breakpoint
CREATE INDEX `campaign_send_due` ON `campaign_send` (`state`,`campaign`,`due_at`);--> statement-breakpoint
CREATE INDEX `campaign_send_pace` ON `campaign_send` (`campaign`,`at`);--> statement-breakpoint
CREATE TABLE `case_event` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`case_id` text NOT NULL,
	`person` text NOT NULL,
	`at` integer NOT NULL,
	`what` text NOT NULL,
	`by` text NOT NULL,
	`to_owner` text,
	`sealed` blob
) STRICT;
--> statement-breakpoint
CREATE INDEX `case_event_case` ON `case_event` (`case_id`,`seq`);--> statement-breakpoint
CREATE INDEX `case_event_person` ON `case_event` (`person`);--> statement-breakpoint
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
CREATE TABLE `contact_wish` (
	`person` text NOT NULL,
	`channel` text NOT NULL,
	`most` integer,
	`days` integer,
	`paused_until` integer,
	`at` integer NOT NULL,
	PRIMARY KEY(`person`, `channel`)
) STRICT;
--> statement-breakpoint
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
CREATE TABLE `disclosure` (
	`person` text NOT NULL,
	`release` text NOT NULL,
	`origin` text NOT NULL,
	`recipient` text NOT NULL,
	`purpose` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`person`, `release`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `disclosure_release` ON `disclosure` (`release`);--> statement-breakpoint
CREATE TABLE `drop_count` (
	`source` text NOT NULL,
	`purpose` text NOT NULL,
	`reason` text NOT NULL,
	`minute` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`source`, `minute`, `purpose`, `reason`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `drop_count_minute` ON `drop_count` (`minute`);--> statement-breakpoint
CREATE TABLE `duplicate_proposal` (
	`id` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`other` text NOT NULL,
	`reasons` text NOT NULL,
	`score` integer NOT NULL,
	`status` text NOT NULL,
	`at` integer NOT NULL,
	`decided_at` integer,
	`decided_by` text
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `duplicate_proposal_pair` ON `duplicate_proposal` (`person`,`other`);--> statement-breakpoint
CREATE INDEX `duplicate_proposal_other` ON `duplicate_proposal` (`other`);--> statement-breakpoint
CREATE INDEX `duplicate_proposal_status` ON `duplicate_proposal` (`status`,`id`);--> statement-breakpoint
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
CREATE TABLE `field_use` (
	`field` text NOT NULL,
	`purpose` text NOT NULL,
	`last_at` integer NOT NULL,
	`reads` integer NOT NULL,
	PRIMARY KEY(`field`, `purpose`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `foreign_link` (
	`connector` text NOT NULL,
	`foreign_id` text NOT NULL,
	`person` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`connector`, `foreign_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `foreign_link_person` ON `foreign_link` (`person`);--> statement-breakpoint
CREATE TABLE `foreign_task` (
	`id` text PRIMARY KEY NOT NULL,
	`connector` text NOT NULL,
	`foreign_id` text NOT NULL,
	`person` text,
	`what` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`due_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	`detail` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `foreign_task_due` ON `foreign_task` (`state`,`due_at`);--> statement-breakpoint
CREATE INDEX `foreign_task_of` ON `foreign_task` (`connector`,`foreign_id`);--> statement-breakpoint
CREATE INDEX `foreign_task_person` ON `foreign_task` (`person`);--> statement-breakpoint
CREATE TABLE `identifier` (
	`hash` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`person` text NOT NULL,
	`claimed_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `identifier_person` ON `identifier` (`person`);--> statement-breakpoint
CREATE TABLE `interaction` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`person` text NOT NULL,
	`at` integer NOT NULL,
	`unit` text NOT NULL,
	`channel` text NOT NULL,
	`kind` text NOT NULL,
	`product` text,
	`detail` text,
	`sealed` blob,
	`purpose` text NOT NULL,
	`record` text,
	`source` text NOT NULL,
	`message` blob,
	`collected_at` integer NOT NULL,
	`expires_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `interaction_person` ON `interaction` (`person`,`at`);--> statement-breakpoint
CREATE INDEX `interaction_expires` ON `interaction` (`expires_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `interaction_message` ON `interaction` (`message`);--> statement-breakpoint
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
CREATE TABLE `legal_hold` (
	`id` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`ground` text NOT NULL,
	`placed_at` integer NOT NULL,
	`placed_by` text NOT NULL,
	`released_at` integer,
	`released_by` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `legal_hold_person` ON `legal_hold` (`person`);--> statement-breakpoint
CREATE TABLE `life_stage` (
	`id` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`stage` text NOT NULL,
	`from_at` integer NOT NULL,
	`until_at` integer,
	`purpose` text NOT NULL,
	`record` text,
	`source` text NOT NULL,
	`collected_at` integer NOT NULL,
	`expires_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `life_stage_person` ON `life_stage` (`person`,`from_at`);--> statement-breakpoint
CREATE INDEX `life_stage_expires` ON `life_stage` (`expires_at`);--> statement-breakpoint
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
CREATE TABLE `loyalty_card` (
	`id` text PRIMARY KEY NOT NULL,
	`programme` text NOT NULL,
	`person` text,
	`notice_at` integer,
	`moved_to` text,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `loyalty_card_person` ON `loyalty_card` (`person`);--> statement-breakpoint
CREATE TABLE `loyalty_entry` (
	`card` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`amount` integer,
	`of` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`card`, `id`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `mail_budget` (
	`key` text NOT NULL,
	`at` integer NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`key`, `at`, `n`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `mail_budget_at` ON `mail_budget` (`at`);--> statement-breakpoint
CREATE TABLE `mail_token` (
	`hash` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`purpose` text NOT NULL,
	`channel` text NOT NULL,
	`unit` text NOT NULL,
	`campaign` text NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `mail_token_person` ON `mail_token` (`person`);--> statement-breakpoint
CREATE TABLE `membership` (
	`person` text NOT NULL,
	`group_id` text NOT NULL,
	`kind` text NOT NULL,
	`role` text NOT NULL,
	`purpose` text NOT NULL,
	`record` text,
	`source` text NOT NULL,
	`collected_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`person`, `group_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `membership_group` ON `membership` (`group_id`);--> statement-breakpoint
CREATE INDEX `membership_expires` ON `membership` (`expires_at`);--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `offer_shown` (
	`person` text NOT NULL,
	`offer` text NOT NULL,
	`at` integer NOT NULL,
	`accepted` integer NOT NULL,
	PRIMARY KEY(`person`, `offer`, `at`)
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
CREATE TABLE `quarantine` (
	`id` text PRIMARY KEY NOT NULL,
	`person` text,
	`field` text NOT NULL,
	`sealed` blob NOT NULL,
	`reason` text NOT NULL,
	`source` text NOT NULL,
	`at` integer NOT NULL,
	`expires_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `quarantine_person` ON `quarantine` (`person`);--> statement-breakpoint
CREATE INDEX `quarantine_expires` ON `quarantine` (`expires_at`);--> statement-breakpoint
CREATE TABLE `recall` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`recipient` text NOT NULL,
	`person` text NOT NULL,
	`purpose` text NOT NULL,
	`reason` text NOT NULL,
	`at` integer NOT NULL,
	`acknowledged_at` integer,
	`acknowledged_by` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `recall_recipient` ON `recall` (`recipient`,`seq`);--> statement-breakpoint
CREATE INDEX `recall_person` ON `recall` (`person`);--> statement-breakpoint
CREATE TABLE `referral` (
	`code` text NOT NULL,
	`referrer` text NOT NULL,
	`friend` text NOT NULL,
	`opened_at` integer NOT NULL,
	`joined_at` integer NOT NULL,
	`was_known` integer NOT NULL,
	`is_self` integer NOT NULL,
	`purchase_at` integer,
	`purchase_amount` integer,
	`reversed` integer NOT NULL,
	PRIMARY KEY(`code`, `friend`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `referral_referrer` ON `referral` (`referrer`);--> statement-breakpoint
CREATE TABLE `referral_link` (
	`code` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`programme` text NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `referral_link_person` ON `referral_link` (`person`);--> statement-breakpoint
CREATE TABLE `request` (
	`id` text PRIMARY KEY NOT NULL,
	`person` text,
	`right` text NOT NULL,
	`state` text NOT NULL,
	`ident` text NOT NULL,
	`site` text,
	`region` text NOT NULL,
	`language` text NOT NULL,
	`source` text NOT NULL,
	`received_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`closed_at` integer,
	`body` text NOT NULL,
	`sealed` blob
) STRICT;
--> statement-breakpoint
CREATE INDEX `request_person` ON `request` (`person`);--> statement-breakpoint
CREATE INDEX `request_state` ON `request` (`state`,`due_at`);--> statement-breakpoint
CREATE INDEX `request_received` ON `request` (`received_at`);--> statement-breakpoint
CREATE TABLE `request_event` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`request` text NOT NULL,
	`at` integer NOT NULL,
	`event` text NOT NULL,
	`actor` text NOT NULL,
	`state` text NOT NULL,
	`detail` text NOT NULL,
	FOREIGN KEY (`request`) REFERENCES `request`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `request_event_request` ON `request_event` (`request`,`seq`);--> statement-breakpoint
CREATE TABLE `request_secret` (
	`request` text NOT NULL,
	`kind` text NOT NULL,
	`n` integer NOT NULL,
	`tries` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	PRIMARY KEY(`request`, `kind`),
	FOREIGN KEY (`request`) REFERENCES `request`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `request_task` (
	`request` text NOT NULL,
	`system` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`due_at` integer,
	`result` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`request`, `system`),
	FOREIGN KEY (`request`) REFERENCES `request`(`id`) ON UPDATE no action ON DELETE no action
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
CREATE TABLE `sale` (
	`id` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`unit` text NOT NULL,
	`number` text NOT NULL,
	`at` integer NOT NULL,
	`channel` text NOT NULL,
	`currency` text NOT NULL,
	`status` text NOT NULL,
	`total` integer NOT NULL,
	`handling` integer NOT NULL,
	`margin` integer NOT NULL,
	`purpose` text NOT NULL,
	`record` text,
	`source` text NOT NULL,
	`collected_at` integer NOT NULL,
	`expires_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `sale_number` ON `sale` (`person`,`unit`,`number`);--> statement-breakpoint
CREATE INDEX `sale_person` ON `sale` (`person`,`at`);--> statement-breakpoint
CREATE INDEX `sale_at` ON `sale` (`at`);--> statement-breakpoint
CREATE INDEX `sale_expires` ON `sale` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sale_line` (
	`sale` text NOT NULL,
	`line` integer NOT NULL,
	`product` text NOT NULL,
	`quantity` integer NOT NULL,
	`price` integer NOT NULL,
	`margin` integer NOT NULL,
	PRIMARY KEY(`sale`, `line`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `sale_line_product` ON `sale_line` (`product`);--> statement-breakpoint
CREATE TABLE `service_case` (
	`id` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`unit` text NOT NULL,
	`owner` text NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`opened_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`closed_at` integer
) STRICT;
--> statement-breakpoint
CREATE INDEX `service_case_person` ON `service_case` (`person`);--> statement-breakpoint
CREATE INDEX `service_case_due` ON `service_case` (`state`,`due_at`);--> statement-breakpoint
CREATE TABLE `source_record` (
	`id` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`unit` text NOT NULL,
	`system` text NOT NULL,
	`external` text NOT NULL,
	`payload` text NOT NULL,
	`first_at` integer NOT NULL,
	`last_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `source_record_of` ON `source_record` (`person`,`unit`,`system`,`external`);--> statement-breakpoint
CREATE TABLE `stale_model` (
	`name` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `store_cursor` (
	`name` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `suppression` (
	`hash` text NOT NULL,
	`scope` text NOT NULL,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`hash`, `scope`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `survey_answer` (
	`survey` text NOT NULL,
	`person` text NOT NULL,
	`score` integer NOT NULL,
	`unit` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`survey`, `person`, `at`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `survey_answer_person` ON `survey_answer` (`person`);--> statement-breakpoint
CREATE TABLE `touch` (
	`id` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`unit` text NOT NULL,
	`legal_entity` text NOT NULL,
	`channel` text NOT NULL,
	`kind` text NOT NULL,
	`goal` text NOT NULL,
	`state` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `touch_person` ON `touch` (`person`,`at`);--> statement-breakpoint
CREATE INDEX `touch_at` ON `touch` (`at`);--> statement-breakpoint
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
