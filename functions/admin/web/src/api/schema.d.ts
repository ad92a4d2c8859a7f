// Made from the OpenAPI document by make web-types. Do not edit.

export interface paths {
    "/backups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at one backup
         * @description Also tells how far a running one is.
         */
        get: operations["get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Pin a backup or change its note
         * @description What is absent stays as it is. To unpin or to accept: Needs a sign-in of the last five minutes.
         */
        patch: operations["edit"];
        trace?: never;
    };
    "/backups/{id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a file, a directory or a whole backup
         * @description Answers 200 when it ended well within the wait. What goes on is answered with 202 and the Location to poll if the request prefers respond-async, else with the problem /problems/still-running (504), so that nobody who looks at the status alone takes it for done. Work that failed is the problem /problems/failed. Both have the fields of a good answer beside. The operation's export has the address to download from. Who asks for the same within a day gets the same export.
         */
        get: operations["download"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/{id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Browse a backup's entries
         * @description In byte order of path.
         */
        get: operations["files"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the log of a backup's run
         * @description Lines come with the run's heartbeat, at most 500, and are kept for seven days.
         */
        get: operations["backup-log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at a picture in a backup
         * @description PNG, JPEG, GIF or WebP of at most 4 MiB.
         */
        get: operations["preview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the audit log
         * @description Who did what, newest first, of the last 13 months.
         */
        get: operations["audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/can-delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask whether a backup should be deleted
         * @description Warns of the last one of its type.
         */
        get: operations["can-delete"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a backup
         * @description Answers 200 when it ended well within the wait. What goes on is answered with 202 and the Location to poll if the request prefers respond-async, else with the problem /problems/still-running (504), so that nobody who looks at the status alone takes it for done. Work that failed is the problem /problems/failed. Both have the fields of a good answer beside. With test nothing is stored.
         */
        post: operations["create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete backups
         * @description The last backup of its type is only deleted with force=true. Needs a sign-in of the last five minutes.
         */
        delete: operations["delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List backups
         * @description Newest first.
         */
        get: operations["list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List restores, verifies and rotates
         * @description Newest first. With active only those that have not ended.
         */
        get: operations["operations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/operations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at a restore, verify or rotate
         * @description Also tells how far a running one is.
         */
        get: operations["operation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/operations/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a running backup, restore, verify or rotate
         * @description The id is an operation's, or that of a backup that is being made. Answers 202: it stops within seconds, poll the Location, and leaves the old state or a finished one. Answers 200 when it had not begun.
         */
        post: operations["cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/operations/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the log of a restore, verify or rotate
         * @description Lines come with the run's heartbeat, at most 500, and are kept for seven days.
         */
        get: operations["operation-log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore a backup
         * @description Answers 200 when it ended well within the wait. What goes on is answered with 202 and the Location to poll if the request prefers respond-async, else with the problem /problems/still-running (504), so that nobody who looks at the status alone takes it for done. Work that failed is the problem /problems/failed. Both have the fields of a good answer beside. Needs a sign-in of the last five minutes.
         */
        post: operations["restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/restore-test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask whether a backup can be restored
         * @description Changes nothing.
         */
        post: operations["restore-test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Apply the retention policy
         * @description Answers 200 when it ended well within the wait. What goes on is answered with 202 and the Location to poll if the request prefers respond-async, else with the problem /problems/still-running (504), so that nobody who looks at the status alone takes it for done. Work that failed is the problem /problems/failed. Both have the fields of a good answer beside. With dry_run nothing is removed. With max_backups and without dry_run: Needs a sign-in of the last five minutes.
         */
        post: operations["rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at the schedules
         * @description With their next runs and what came of the last ones.
         */
        get: operations["schedule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/schedule/{job}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change a schedule
         * @description A crontab that EventBridge Scheduler cannot express is refused. Needs a sign-in of the last five minutes.
         */
        put: operations["put-schedule"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/schedule/{job}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a schedule's backup now
         * @description Answers 200 when it ended well within the wait. What goes on is answered with 202 and the Location to poll if the request prefers respond-async, else with the problem /problems/still-running (504), so that nobody who looks at the status alone takes it for done. Work that failed is the problem /problems/failed. Both have the fields of a good answer beside.
         */
        post: operations["run-schedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/schedule/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the schedules
         * @description As a file that an import takes.
         */
        get: operations["export-schedule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/schedule/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import schedules
         * @description All of the file or nothing. With dry_run nothing is changed, else: Needs a sign-in of the last five minutes.
         */
        post: operations["import-schedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/schedule/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask what a crontab means
         * @description Changes nothing.
         */
        post: operations["preview-schedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/schedule/rotation/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove old backups now
         * @description Answers 200 when it ended well within the wait. What goes on is answered with 202 and the Location to poll if the request prefers respond-async, else with the problem /problems/still-running (504), so that nobody who looks at the status alone takes it for done. Work that failed is the problem /problems/failed. Both have the fields of a good answer beside.
         */
        post: operations["run-rotation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count backups and their sizes
         * @description Only those that can be restored are counted.
         */
        get: operations["stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a restore
         * @description Answers 200 when it ended well within the wait. What goes on is answered with 202 and the Location to poll if the request prefers respond-async, else with the problem /problems/still-running (504), so that nobody who looks at the status alone takes it for done. Work that failed is the problem /problems/failed. Both have the fields of a good answer beside. Restores the safety backup that was taken before it, after another safety backup. Needs a sign-in of the last five minutes.
         */
        post: operations["undo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read a backup back and check it
         * @description Answers 200 when it ended well within the wait. What goes on is answered with 202 and the Location to poll if the request prefers respond-async, else with the problem /problems/still-running (504), so that nobody who looks at the status alone takes it for done. Work that failed is the problem /problems/failed. Both have the fields of a good answer beside.
         */
        post: operations["verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AuditAnswer: {
            /**
             * Format: int64
             * @description How many this page has; a search may have fewer than were asked for, and a cursor.
             */
            count: number;
            /** @description Of the next page; absent at the end. */
            cursor?: string;
            entries: components["schemas"]["AuditEntry"][];
            success: boolean;
        };
        AuditEntry: {
            /** @example restore */
            action: string;
            /**
             * @description "schedule" for a schedule, empty when nobody was signed in.
             * @example admin@example.com
             */
            actor: string;
            /** @example 203.0.113.7 */
            address: string;
            arguments: {
                [key: string]: string;
            };
            detail: string;
            /**
             * @description Of a request, or at the end of a job.
             * @example completed
             * @enum {string}
             */
            outcome: "accepted" | "refused" | "failed" | "completed" | "partial" | "cancelled";
            /** @example backup-admins */
            role: string;
            /**
             * Format: int64
             * @description The HTTP status of a request; 0 at the end of a job.
             * @example 200
             */
            status: number;
            /**
             * @description An id, or what was asked for.
             * @example 20261122-020000-full-k3x9qa
             */
            subject: string;
            /**
             * Format: date-time
             * @example 2026-11-22T08:15:00Z
             */
            time: string;
        };
        Backup: {
            /** @description Somebody confirmed that what it lacks is meant so. */
            accepted: boolean;
            /**
             * @description The id again, by the name under which requests hand it back.
             * @example 20261122-020000-full-k3x9qa
             */
            backup_path: string;
            /** @description Somebody asked the run to stop. */
            cancel_requested: boolean;
            checks: components["schemas"]["Checks"];
            /** @description SHA-256 of its manifest, lower-case hex; empty until it has ended. */
            checksum: string;
            components: components["schemas"]["Component"][];
            /**
             * Format: date-time
             * @example 2026-11-22T02:00:00Z
             */
            created_at: string;
            /** @example admin@example.com */
            created_by: string;
            /** @description The last verify that looked found something damaged. */
            damaged: boolean;
            /** @description The database is in it, whole. */
            db_success: boolean;
            /**
             * Format: int64
             * @description From being asked for to its end; 0 until then.
             */
            duration_ms: number;
            encrypted: boolean;
            /** @description What should be in it and is not. */
            errors: string[];
            /**
             * Format: date-time
             * @description When a safety backup may be rotated away.
             * @example 2026-11-29T02:00:00Z
             */
            expires_at?: string;
            /**
             * Format: int64
             * @example 1204
             */
            file_count: number;
            /**
             * Format: int64
             * @description Bytes that it added to what is stored.
             * @example 52428800
             */
            file_size: number;
            /**
             * Format: date-time
             * @example 2026-11-22T02:03:10Z
             */
            finished_at?: string;
            /**
             * @description The machine that made it.
             * @example ar-1
             */
            host?: string;
            /** @example 20261122-020000-full-k3x9qa */
            id: string;
            /**
             * Format: int64
             * @description Bytes that a restore writes.
             * @example 314572800
             */
            logical_size: number;
            note: string;
            /** @description Never rotated away. */
            pinned: boolean;
            progress: components["schemas"]["Progress"];
            /**
             * @example manual
             * @enum {string}
             */
            reason: "manual" | "schedule" | "pre-restore";
            /** @description The components that hold so much less than the last good backup, or than the database names, that it does not count as one until that is accepted. */
            shrunk: ("database" | "storage")[];
            /** @description The public key of who signed it; empty is nobody. */
            signed_by: string;
            /**
             * @example completed
             * @enum {string}
             */
            status: "pending" | "running" | "completed" | "partial" | "failed" | "cancelled" | "deleting";
            /** @description The media are in it, whole. */
            storage_success: boolean;
            /**
             * @description When it was asked for, UTC.
             * @example 20261122_020000
             */
            timestamp: string;
            /**
             * @example full
             * @enum {string}
             */
            type: "database" | "storage" | "full";
            /**
             * Format: date-time
             * @example 2026-11-22T05:00:00Z
             */
            verified_at?: string;
            warnings: string[];
        };
        CancelAnswer: {
            /** @example 20261122-081500-restore-b7m2cd */
            id: string;
            /** @example It stops within seconds. What it worked on stays as it was. */
            message: string;
            success: boolean;
        };
        CanDeleteAnswer: {
            /** @enum {string} */
            backup_type_to_delete: "database" | "storage" | "full";
            /** @description How many there are by type. */
            backup_types_present: {
                [key: string]: number;
            };
            /** @description It can be deleted without force. */
            can_delete: boolean;
            is_last_of_type: boolean;
            reason: string;
            recommendation: string;
            success: boolean;
            /** Format: int64 */
            total_backups: number;
        };
        Checks: {
            /** @description Nothing is missing from it. */
            complete: boolean;
            /** @description There is content to restore. */
            restorable: boolean;
            /**
             * Format: date-time
             * @description When it was last read back without a fault.
             */
            verified_at?: string;
        };
        Component: {
            /**
             * @example database
             * @enum {string}
             */
            name: "database" | "storage";
            /** @description It is in the backup, whole. */
            success: boolean;
        };
        CreateAnswer: {
            backup?: components["schemas"]["Backup"];
            /** @example The backup is complete. */
            message: string;
            /** @description It has not failed so far. */
            success: boolean;
            /** @description It was a test: nothing was stored. */
            test: boolean;
            test_result?: components["schemas"]["CreateTest"];
        };
        CreateBody: {
            /** @example before the update */
            note?: string;
            /** @description Read every file again, also those whose size and time are what they were in the backup before. */
            reread?: boolean;
            /** @description Only say what would be stored. */
            test?: boolean;
            /**
             * @description What to back up.
             * @default full
             * @example full
             * @enum {string}
             */
            type: "full" | "database" | "storage";
        };
        CreateTest: {
            /**
             * Format: int64
             * @description Their bytes.
             */
            bytes: number;
            /**
             * Format: int64
             * @description Files that would be in the backup.
             */
            files: number;
            warnings: string[];
        };
        DeleteAnswer: {
            /** @description The backups that were deleted. */
            deleted_files: string[];
            /**
             * Format: int64
             * @description Stored objects that were deleted.
             */
            deleted_objects: number;
            /** Format: int64 */
            freed_bytes: number;
            /** @example Deleted 1 backup. */
            message: string;
            /** @description Stored objects that were gone already. */
            missing_files: string[];
            success: boolean;
            /** Format: int64 */
            swept_bytes: number;
            /**
             * Format: int64
             * @description Further stored objects that no backup needed any more.
             */
            swept_objects: number;
        };
        DownloadAnswer: {
            /** @example The download is ready. */
            message: string;
            operation: components["schemas"]["Operation"];
            /** @description It has not failed so far. */
            success: boolean;
        };
        EditInputBody: {
            /** @description What the backup lacks is meant so; absent leaves it as it is. */
            accepted?: boolean;
            /**
             * @description Absent leaves it as it is.
             * @example before the update
             */
            note?: string;
            /** @description Never rotated away; absent leaves it as it is. */
            pinned?: boolean;
        };
        Entry: {
            /** @description Where a symbolic link points. */
            link?: string;
            /** @description Its bytes, when link could not show them all. */
            link_base64?: string;
            /**
             * @description The permission bits, octal.
             * @example 0644
             */
            mode: string;
            /**
             * Format: date-time
             * @example 2026-11-21T18:30:00.123456789Z
             */
            mtime: string;
            /**
             * @description What is not UTF-8 is shown as U+FFFD.
             * @example storage/acme/spring/portrait_1/image.jpg
             */
            path: string;
            /** @description The path's bytes, when path could not show them all. */
            path_base64?: string;
            /** @description Of a file's content, lower-case hex. */
            sha256?: string;
            /**
             * Format: int64
             * @example 183040
             */
            size: number;
            /**
             * @example file
             * @enum {string}
             */
            type: "file" | "dir" | "symlink";
        };
        Export: {
            /**
             * Format: date-time
             * @description When it is gone.
             * @example 2026-11-23T08:15:00Z
             */
            expires_at?: string;
            /**
             * @example zip
             * @enum {string}
             */
            format: "raw" | "zip" | "tar.zst";
            /**
             * @description To save it as.
             * @example spring.zip
             */
            name: string;
            /** @description It is a whole backup or component, and url is told after a sign-in of the last five minutes only. */
            needs_sign_in?: boolean;
            /**
             * @description What was asked for; empty is the whole backup.
             * @example storage/acme/spring
             */
            path: string;
            /** @description The path's bytes, when path could not show them all. */
            path_base64?: string;
            /** @description Lower-case hex; empty until it is ready. */
            sha256: string;
            /**
             * Format: int64
             * @example 52428800
             */
            size: number;
            /** @description Where to get it, for 15 minutes and without signing in. Each answer has a new one. Only administrators see it. */
            url?: string;
        };
        Fault: {
            /**
             * @description Which field.
             * @example body.type
             */
            location?: string;
            /**
             * @description What is wrong with it.
             * @example expected value to be one of "full, database, storage"
             */
            message: string;
        };
        FilesAnswer: {
            /**
             * Format: int64
             * @description How many this page has.
             */
            count: number;
            /** @description Of the next page; absent at the end. */
            cursor?: string;
            entries: components["schemas"]["Entry"][];
            id: string;
            success: boolean;
        };
        GetAnswer: {
            backup: components["schemas"]["Backup"];
            success: boolean;
        };
        ImportScheduleAnswer: {
            changes: components["schemas"]["ScheduleDifference"][];
            dry_run: boolean;
            /** @description The schedules as they are then. */
            items?: components["schemas"]["Schedule"][] | null;
            success: boolean;
            /** @description What of the file is not imported and differs. */
            warnings: string[];
        };
        ImportScheduleInputBody: {
            /** @description What an export gave. */
            config: components["schemas"]["ScheduleConfig"];
            /** @description Only say what would change. */
            dry_run?: boolean;
        };
        JobRun: {
            /** @example Back up the database */
            name: string;
            /** Format: date-time */
            next_run?: string;
        };
        Kept: {
            id: string;
            /**
             * @example [
             *       "1 of the 7 newest full backups"
             *     ]
             */
            reasons: string[];
        };
        LastRestore: {
            /** @example 20261122-020000-full-k3x9qa */
            backup_id: string;
            /** Format: date-time */
            finished_at: string;
            /** @example 20261122-081500-restore-b7m2cd */
            id: string;
            /**
             * @example completed
             * @enum {string}
             */
            status: "completed" | "partial" | "failed" | "cancelled";
        };
        ListAnswer: {
            backups: components["schemas"]["Backup"][];
            /**
             * Format: int64
             * @description How many this page has.
             */
            count: number;
            /** @description Of the next page; absent at the end. */
            cursor?: string;
            success: boolean;
        };
        LogAnswer: {
            /** @description No more lines will come. */
            finished: boolean;
            lines: components["schemas"]["LogLine"][];
            /**
             * Format: int64
             * @description What to pass as after, for the lines that follow.
             */
            next: number;
            success: boolean;
        };
        LogLine: {
            /** @description What the text says, by name. */
            args: {
                [key: string]: string;
            };
            /**
             * @description A stable word: started, phase, safety-backup, planned, notice (a warning), lost (an error), removed, damaged, damaged-file, failed, more, ended.
             * @example phase
             */
            code: string;
            /** @enum {string} */
            level: "info" | "warn" | "error";
            /**
             * Format: int64
             * @example 3
             */
            seq: number;
            /** @example Phase: copy. */
            text: string;
            /**
             * Format: date-time
             * @example 2026-11-22T08:15:02Z
             */
            time: string;
        };
        Operation: {
            /** @example 20261122-020000-full-k3x9qa */
            backup_id?: string;
            /** @enum {string} */
            backup_type?: "database" | "storage" | "full";
            /** @description Somebody asked the run to stop. */
            cancel_requested: boolean;
            /** Format: date-time */
            created_at: string;
            /** @example admin@example.com */
            created_by: string;
            errors: string[];
            /** @description What an export was asked for and made. */
            export?: components["schemas"]["Export"];
            /** Format: date-time */
            finished_at?: string;
            /** @example 20261122-081500-restore-b7m2cd */
            id: string;
            progress: components["schemas"]["Progress"];
            /** @description What a restore was asked for and did. */
            restore?: components["schemas"]["Restore"];
            /** @description What a rotate did, once it has ended. */
            rotate?: components["schemas"]["Rotation"];
            /**
             * @example running
             * @enum {string}
             */
            status: "pending" | "running" | "completed" | "partial" | "failed" | "cancelled" | "deleting";
            /**
             * @description The restore that this one undoes.
             * @example 20261122-081500-restore-b7m2cd
             */
            undo_of?: string;
            /** @description A restore that has ended and left a safety backup behind. */
            undoable: boolean;
            /**
             * @example restore
             * @enum {string}
             */
            verb: "restore" | "verify" | "rotate" | "export" | "reencrypt";
            /** @description What a verify found, once it has ended. */
            verify?: components["schemas"]["Verification"];
            warnings: string[];
        };
        OperationAnswer: {
            operation: components["schemas"]["Operation"];
            /** @description It has not failed so far. */
            success: boolean;
        };
        OperationsAnswer: {
            /**
             * Format: int64
             * @description How many this page has.
             */
            count: number;
            /** @description Of the next page; absent at the end. */
            cursor?: string;
            operations: components["schemas"]["Operation"][];
            success: boolean;
        };
        PlanSummary: {
            /**
             * Format: int64
             * @description Entries of which only mode, owner or time changes.
             */
            metadata_only: number;
            /**
             * Format: int64
             * @description Entries that the backup does not have.
             */
            remove: number;
            /**
             * Format: int64
             * @description Free space that is needed.
             */
            required_bytes: number;
            /** Format: int64 */
            unchanged: number;
            /** Format: int64 */
            write_bytes: number;
            /**
             * Format: int64
             * @description Files whose content is fetched.
             */
            write_files: number;
        };
        PreviewScheduleAnswer: {
            /** @example cron(0 2 * * ? *) */
            expression?: string;
            next_runs: string[];
            /** @description Why it is not valid. */
            reason?: string;
            success: boolean;
            valid: boolean;
        };
        PreviewScheduleInputBody: {
            /** @example 0 2 * * * */
            crontab: string;
            /** @example Europe/Moscow */
            timezone: string;
        };
        Problem: {
            /**
             * @description What is wrong and what to do, in a sentence or two.
             * @example Another operation is running. Wait until it has ended and try again.
             */
            detail: string;
            /** @description The fields that are wrong. */
            errors?: components["schemas"]["Fault"][] | null;
            /**
             * Format: uri-reference
             * @description The path of the request.
             * @example /backups/create
             */
            instance?: string;
            /**
             * Format: int64
             * @description The HTTP status.
             * @example 409
             */
            status: number;
            /**
             * @description The status in words.
             * @example Conflict
             */
            title: string;
            /**
             * Format: uri-reference
             * @description Which problem it is: about:blank says no more than the status does, /problems/damaged that stored bytes are damaged, /problems/reauthentication-required that the sign-in is too long ago, /problems/failed that the work was begun and did not succeed, /problems/still-running that it goes on. With the last two the fields of a good answer stand beside.
             * @example about:blank
             */
            type: string;
        };
        Progress: {
            /** Format: int64 */
            done_bytes: number;
            /** Format: int64 */
            done_files: number;
            /** Format: int64 */
            percent: number;
            /** @example copy */
            phase: string;
            /** Format: int64 */
            total_bytes: number;
            /** Format: int64 */
            total_files: number;
        };
        PutScheduleInputBody: {
            /**
             * @description Five fields; empty to keep an expression that no crontab says.
             * @example 0 2 * * *
             */
            crontab: string;
            enabled: boolean;
            /**
             * @description Absent for the one that it has.
             * @example Europe/Moscow
             */
            timezone?: string;
            /**
             * Format: int64
             * @description Of what was seen; absent to change whatever is there.
             */
            version?: number;
        };
        PutScheduleOutputBody: {
            item: components["schemas"]["Schedule"];
            success: boolean;
        };
        RemovedCount: {
            /** Format: int64 */
            database: number;
            /** Format: int64 */
            full: number;
            /** Format: int64 */
            storage: number;
        };
        Restore: {
            components: ("database" | "storage")[];
            dry_run: boolean;
            /** Format: int64 */
            duration_ms?: number;
            /** @description What is not UTF-8 is shown as U+FFFD. */
            paths: string[];
            /** @description What changed, or with dry_run would change. */
            plan?: {
                [key: string]: components["schemas"]["PlanSummary"];
            };
            safety_backup?: string;
            verify_checksum: boolean;
        };
        RestoreAnswer: {
            backup_path: string;
            /** @enum {string} */
            backup_type: "database" | "storage" | "full";
            dry_run: boolean;
            /** @example The backup was restored. */
            message: string;
            operation: components["schemas"]["Operation"];
            /** @description The backup of the state before, once it is taken. */
            safety_backup?: string;
            /** @description It has not failed so far. */
            success: boolean;
        };
        RestoreInputBody: {
            /** @description Restore it also if nobody who is trusted has signed it. */
            allow_unsigned?: boolean;
            /**
             * @description The backup's id.
             * @example 20261122-020000-full-k3x9qa
             */
            backup_path: string;
            /** @description Absent: all that the backup holds. */
            components?: ("database" | "storage")[];
            /** @description Only say what would change. */
            dry_run?: boolean;
            /** @description Restore the set-user-id and set-group-id bits of files too. */
            keep_setuid?: boolean;
            /** @description Only these entries and what is below them; then nothing is removed. */
            paths?: string[];
            /** @description The same, of names that are not text. */
            paths_base64?: string[];
            /**
             * @description Back up the present state first.
             * @default true
             */
            safety_backup: boolean;
            /**
             * @description Compare the content of files that seem unchanged, too.
             * @default true
             */
            verify_checksum: boolean;
        };
        RestoreTestAnswer: {
            can_restore: boolean;
            details: components["schemas"]["RestoreTestSizes"];
            /** @description Why it cannot be restored. */
            problems: string[];
            /** @description The test could be made. */
            success: boolean;
            tests: components["schemas"]["RestoreTests"];
            /** @description What is not in it and should be. */
            warnings: string[];
        };
        RestoreTestInputBody: {
            /**
             * @description The backup's id.
             * @example 20261122-020000-full-k3x9qa
             */
            backup_path: string;
            /** @description Of the old API: the checksum is compared in any case. */
            verify_checksum?: boolean;
        };
        RestoreTests: {
            /** @description Its archives can be read. */
            archive_readable: boolean;
            /** @description Its manifest is the one that was written. */
            checksum_valid: boolean;
            disk_space_available: boolean;
            /** @description All that is stored for it is there. */
            file_exists: boolean;
        };
        RestoreTestSizes: {
            /** Format: double */
            available_space_mb: number;
            /** Format: double */
            backup_size_mb: number;
            /** Format: double */
            required_space_mb: number;
        };
        RetentionSetting: {
            /** Format: int64 */
            max_backups: number;
        };
        RotateAnswer: {
            dry_run: boolean;
            /**
             * Format: int64
             * @description All together.
             */
            freed_bytes: number;
            kept: components["schemas"]["Kept"][];
            /** @example Removed 3 backups, kept 7. */
            message: string;
            operation: components["schemas"]["Operation"];
            /** @description How many were removed. */
            removed: components["schemas"]["RemovedCount"];
            removed_backups: string[];
            /**
             * Format: int64
             * @description Archives of which less than half was needed and that were written anew without the rest.
             */
            repacked_archives: number;
            /**
             * Format: int64
             * @description Bytes that this freed.
             */
            repacked_bytes: number;
            /** @description It has not failed so far. */
            success: boolean;
            /** Format: int64 */
            swept_bytes: number;
            /**
             * Format: int64
             * @description Stored objects that no backup needed any more, beside those of the removed backups.
             */
            swept_objects: number;
            /** Format: int64 */
            total_removed: number;
        };
        Rotation: {
            dry_run: boolean;
            /**
             * Format: int64
             * @description All together.
             */
            freed_bytes: number;
            kept: components["schemas"]["Kept"][];
            /** @description How many were removed. */
            removed: components["schemas"]["RemovedCount"];
            removed_backups: string[];
            /**
             * Format: int64
             * @description Archives of which less than half was needed and that were written anew without the rest.
             */
            repacked_archives: number;
            /**
             * Format: int64
             * @description Bytes that this freed.
             */
            repacked_bytes: number;
            /** Format: int64 */
            swept_bytes: number;
            /**
             * Format: int64
             * @description Stored objects that no backup needed any more, beside those of the removed backups.
             */
            swept_objects: number;
            /** Format: int64 */
            total_removed: number;
        };
        RunScheduleAnswer: {
            backup?: components["schemas"]["Backup"];
            message: string;
            operation?: components["schemas"]["Operation"];
            /** @description It has not failed so far. */
            success: boolean;
        };
        Schedule: {
            /**
             * @description Five fields; empty if no crontab means what the expression does.
             * @example 0 2 * * *
             */
            crontab: string;
            enabled: boolean;
            /**
             * @description The same for EventBridge Scheduler.
             * @example cron(0 2 * * ? *)
             */
            expression: string;
            /**
             * @example database
             * @enum {string}
             */
            job: "database" | "storage" | "full" | "rotation";
            last_run?: components["schemas"]["ScheduleRun"];
            /** @example Back up the database */
            name: string;
            /** @description The next five, in the time zone. */
            next_runs: string[];
            /** @description Why there is no crontab. */
            problem?: string;
            /** @example Europe/Moscow */
            timezone: string;
            /**
             * Format: date-time
             * @description When it was changed; absent for as it was configured.
             */
            updated_at?: string;
            /** @example admin@example.com */
            updated_by?: string;
            /**
             * Format: int64
             * @description Give it with a change, so that nobody else's is lost.
             */
            version: number;
        };
        ScheduleAnswer: {
            items: components["schemas"]["Schedule"][];
            /** @description Of the schedules that are on: database_backup, storage_backup, full_backup, backup_rotation. */
            jobs: {
                [key: string]: components["schemas"]["JobRun"];
            };
            /** @description At least one schedule is on, and its jobs are started. */
            scheduler_running: boolean;
            /** @description The crontab of each, or disabled. */
            schedules: {
                [key: string]: string;
            };
            success: boolean;
            /**
             * @description Of the first; each item has its own.
             * @example Europe/Moscow
             */
            timezone: string;
        };
        ScheduleConfig: {
            /** Format: date-time */
            exported_at?: string;
            /** @description For information: an import leaves it alone, and says so when it differs. */
            retention?: components["schemas"]["RetentionSetting"];
            schedules: components["schemas"]["ScheduleSetting"][];
            /** @example Europe/Moscow */
            timezone: string;
            /**
             * Format: int64
             * @example 1
             */
            version: number;
        };
        ScheduleDifference: {
            /** @enum {string} */
            field: "enabled" | "crontab" | "timezone";
            from: string;
            /** @enum {string} */
            job: "database" | "storage" | "full" | "rotation";
            to: string;
        };
        ScheduleRun: {
            errors: string[];
            /** Format: date-time */
            finished_at?: string;
            /** @example 20261122-020000-full-k3x9qa */
            id: string;
            /**
             * @description Where to look for the id.
             * @enum {string}
             */
            record: "backup" | "operation";
            /** Format: date-time */
            started_at: string;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "partial" | "failed" | "cancelled" | "deleting";
        };
        ScheduleSetting: {
            /** @example 0 2 * * * */
            crontab: string;
            enabled: boolean;
            /** @enum {string} */
            job: "database" | "storage" | "full" | "rotation";
            /** @description If it is another than that of the file. */
            timezone?: string;
        };
        StatsAnswer: {
            /**
             * @description Where they are.
             * @example s3://vertex-ar-backup/production
             */
            backup_dir: string;
            /**
             * Format: int64
             * @description Of which the last verify that looked found something damaged.
             */
            damaged_backups: number;
            /** Format: int64 */
            database_backups: number;
            /**
             * Format: double
             * @description Stored for them, in MiB.
             */
            database_size_mb: number;
            /** Format: int64 */
            failed_backups: number;
            /** Format: int64 */
            full_backups: number;
            /** Format: double */
            full_size_mb: number;
            /** @description The newest failed or partial one that no complete one of its type has followed. */
            last_failure?: components["schemas"]["Backup"];
            /** @description The newest that has ended and was no dry run. */
            last_restore?: components["schemas"]["LastRestore"];
            /**
             * Format: date-time
             * @description When a backup was last read back without a fault.
             */
            last_verified_at?: string;
            last_verified_backup?: string;
            /** @description The newest that can be restored. */
            latest_backup?: components["schemas"]["Backup"];
            /**
             * Format: int64
             * @description What restoring all of them would write.
             */
            logical_bytes: number;
            /**
             * Format: int64
             * @description How many of each type a rotation keeps.
             */
            max_backups: number;
            /**
             * Format: double
             * @description An estimate of what storing them costs a month.
             */
            monthly_cost_usd: number;
            /** @description The same by type. */
            newest: {
                [key: string]: components["schemas"]["Backup"];
            };
            /** @description The newest complete one that holds a component whole. */
            newest_component: {
                [key: string]: components["schemas"]["Backup"];
            };
            /** Format: int64 */
            running_backups: number;
            /** Format: int64 */
            storage_backups: number;
            /** Format: double */
            storage_size_mb: number;
            /** Format: int64 */
            stored_bytes: number;
            success: boolean;
            /**
             * Format: int64
             * @description That can be restored.
             */
            total_backups: number;
            /** Format: double */
            total_size_mb: number;
        };
        UndoInputBody: {
            /**
             * @description The restore to undo.
             * @example 20261122-081500-restore-b7m2cd
             */
            operation_id: string;
        };
        Verification: {
            /**
             * Format: int64
             * @description Stored objects that were checked.
             */
            archives: number;
            /** Format: int64 */
            bytes_read: number;
            /** @description SHA-256 of the manifest as it is. */
            checksum: string;
            /** Format: int64 */
            damaged_archive_count: number;
            /** @description At most 1000. */
            damaged_archives: string[];
            /** Format: int64 */
            damaged_file_count: number;
            /** @description At most 1000. */
            damaged_files: string[];
            /** @description Everything was opened and the content of each file compared with its hash. */
            decoded: boolean;
            deep: boolean;
            /** @description Which rule of the format was violated, and where, at most 100. */
            details: string[];
            /**
             * Format: int64
             * @description Entries that were checked.
             */
            entries: number;
            /** @description What is wrong; empty when nothing is. */
            error: string;
            /**
             * Format: int64
             * @description Bytes that should be stored for the backup.
             */
            file_size: number;
            /**
             * Format: int64
             * @description Encrypted archives that were compared with their hashes but not opened, since the secret key is not at hand.
             */
            hashed_only: number;
            /**
             * @description Whether somebody who is trusted made the backup; signed where nobody has said whom to trust, absent if that could not be seen.
             * @enum {string}
             */
            signature?: "unsigned" | "signed" | "unknown" | "trusted";
            valid: boolean;
        };
        VerifyAnswer: {
            /**
             * Format: int64
             * @description Stored objects that were checked.
             */
            archives: number;
            backup_path: string;
            /** Format: int64 */
            bytes_read: number;
            /** @description SHA-256 of the manifest as it is. */
            checksum: string;
            /** Format: int64 */
            damaged_archive_count: number;
            /** @description At most 1000. */
            damaged_archives: string[];
            /** Format: int64 */
            damaged_file_count: number;
            /** @description At most 1000. */
            damaged_files: string[];
            /** @description Everything was opened and the content of each file compared with its hash. */
            decoded: boolean;
            deep: boolean;
            /** @description Which rule of the format was violated, and where, at most 100. */
            details: string[];
            /**
             * Format: int64
             * @description Entries that were checked.
             */
            entries: number;
            /** @description What is wrong; empty when nothing is. */
            error: string;
            /**
             * Format: int64
             * @description Bytes that should be stored for the backup.
             */
            file_size: number;
            /**
             * Format: int64
             * @description Encrypted archives that were compared with their hashes but not opened, since the secret key is not at hand.
             */
            hashed_only: number;
            /** @example The backup is whole. */
            message: string;
            operation: components["schemas"]["Operation"];
            /**
             * @description Whether somebody who is trusted made the backup; signed where nobody has said whom to trust, absent if that could not be seen.
             * @enum {string}
             */
            signature?: "unsigned" | "signed" | "unknown" | "trusted";
            /** @description The verify itself has not failed so far. */
            success: boolean;
            valid: boolean;
        };
        VerifyInputBody: {
            /**
             * @description The backup's id.
             * @example 20261122-020000-full-k3x9qa
             */
            backup_path: string;
            /** @description Read every byte and decode what can be opened, as without saying; otherwise only look whether all is there with its size. */
            deep?: boolean;
            /** @description The old name of deep. */
            verify_checksum?: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    edit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    download: {
        parameters: {
            query?: {
                /** @description Also if nobody who is trusted has signed it. */
                allow_unsigned?: boolean;
                /** @description Absent for raw of a file, zip of a directory, tar.zst of a whole backup. */
                format?: "raw" | "zip" | "tar.zst";
                /** @description A file or a directory; absent for the whole backup. */
                path?: string;
                /** @description The same as base64 of its bytes, for a name that is not text. */
                path_base64?: string;
            };
            header?: {
                /**
                 * @description With respond-async, work that goes on is answered with 202 instead of 504.
                 * @example respond-async
                 */
                Prefer?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DownloadAnswer"];
                };
            };
            /** @description Accepted: it goes on, poll the Location */
            202: {
                headers: {
                    /** @description Where to ask how far it is. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DownloadAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    files: {
        parameters: {
            query?: {
                /** @description From the page before. */
                cursor?: string;
                limit?: number;
                /** @description The directory to look into; absent for the top. */
                prefix?: string;
                /** @description The same as base64 of its bytes, for a name that is not text. */
                prefix_base64?: string;
                /** @description Part of the path, in any case; then the directories below are searched too. */
                q?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "backup-log": {
        parameters: {
            query?: {
                /** @description The number of the last line that is known: next of the answer before. */
                after?: number;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview: {
        parameters: {
            query?: {
                /** @description The picture. */
                path?: string;
                /** @description The same as base64 of its bytes, for a name that is not text. */
                path_base64?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture. */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    "Content-Security-Policy"?: string;
                    "Content-Type"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/gif": string;
                    "image/jpeg": string;
                    "image/png": string;
                    "image/webp": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    audit: {
        parameters: {
            query?: {
                /** @description From the page before. */
                cursor?: string;
                limit?: number;
                /** @description Part of any field, in any case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "can-delete": {
        parameters: {
            query: {
                backup_path: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CanDeleteAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description With respond-async, work that goes on is answered with 202 instead of 504.
                 * @example respond-async
                 */
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CreateBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateAnswer"];
                };
            };
            /** @description Accepted: it goes on, poll the Location */
            202: {
                headers: {
                    /** @description Where to ask how far it is. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient Storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete: {
        parameters: {
            query: {
                /** @description One id, or up to 100 separated by commas. */
                backup_path: string;
                /** @description Also the last backup of its type, unless it is younger than a few days (MIN_AGE_DAYS). */
                force?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeleteAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list: {
        parameters: {
            query?: {
                backup_type?: "all" | "database" | "storage" | "full";
                /** @description From the page before. */
                cursor?: string;
                /** @description Not older than this. */
                from?: string;
                limit?: number;
                /** @description Part of the id, note or creator, in any case. */
                q?: string;
                status?: "pending" | "running" | "completed" | "partial" | "failed" | "cancelled" | "deleting";
                /** @description Not newer than this. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operations: {
        parameters: {
            query?: {
                /** @description Only those that have not ended. */
                active?: boolean;
                /** @description From the page before. */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationsAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelAnswer"];
                };
            };
            /** @description Accepted: it goes on, poll the Location */
            202: {
                headers: {
                    /** @description Where to ask how far it is. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "operation-log": {
        parameters: {
            query?: {
                /** @description The number of the last line that is known: next of the answer before. */
                after?: number;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description With respond-async, work that goes on is answered with 202 instead of 504.
                 * @example respond-async
                 */
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreAnswer"];
                };
            };
            /** @description Accepted: it goes on, poll the Location */
            202: {
                headers: {
                    /** @description Where to ask how far it is. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient Storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "restore-test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreTestInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreTestAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotate: {
        parameters: {
            query?: {
                /** @description Only say what would be removed. */
                dry_run?: boolean;
                /** @description How many of each type to keep; absent for what is configured. */
                max_backups?: number;
            };
            header?: {
                /**
                 * @description With respond-async, work that goes on is answered with 202 instead of 504.
                 * @example respond-async
                 */
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotateAnswer"];
                };
            };
            /** @description Accepted: it goes on, poll the Location */
            202: {
                headers: {
                    /** @description Where to ask how far it is. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotateAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    schedule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "put-schedule": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job: "database" | "storage" | "full" | "rotation";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutScheduleInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PutScheduleOutputBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "run-schedule": {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description With respond-async, work that goes on is answered with 202 instead of 504.
                 * @example respond-async
                 */
                Prefer?: string;
            };
            path: {
                job: "database" | "storage" | "full";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunScheduleAnswer"];
                };
            };
            /** @description Accepted: it goes on, poll the Location */
            202: {
                headers: {
                    /** @description Where to ask how far it is. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunScheduleAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient Storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "export-schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleConfig"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "import-schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportScheduleInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportScheduleAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "preview-schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewScheduleInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewScheduleAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "run-rotation": {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description With respond-async, work that goes on is answered with 202 instead of 504.
                 * @example respond-async
                 */
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunScheduleAnswer"];
                };
            };
            /** @description Accepted: it goes on, poll the Location */
            202: {
                headers: {
                    /** @description Where to ask how far it is. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunScheduleAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatsAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undo: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description With respond-async, work that goes on is answered with 202 instead of 504.
                 * @example respond-async
                 */
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UndoInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreAnswer"];
                };
            };
            /** @description Accepted: it goes on, poll the Location */
            202: {
                headers: {
                    /** @description Where to ask how far it is. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient Storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verify: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description With respond-async, work that goes on is answered with 202 instead of 504.
                 * @example respond-async
                 */
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerifyAnswer"];
                };
            };
            /** @description Accepted: it goes on, poll the Location */
            202: {
                headers: {
                    /** @description Where to ask how far it is. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerifyAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
