package main

const description = `Backs up a Vertex AR installation, its SQLite database and its media tree, into
an S3 bucket, and brings it back.

Endpoint, region and credentials are read as every AWS SDK reads them:
AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY,
AWS_PROFILE, and so on. What is not given by a flag is read from the variables
of the service: BACKUP_BUCKET with BACKUP_PREFIX, DATABASE_PATH, STORAGE_PATH,
SCRATCH_DIR, AGE_RECIPIENTS, AGE_IDENTITY_FILE or AGE_IDENTITY_SECRET,
SIGNING_KEY_FILE or SIGNING_KEY_SECRET, and TRUSTED_SIGNERS. There are no flags
for secrets: a command line is everybody's to read.

With AGE_RECIPIENTS, public keys of age, backups are encrypted. Only restore and
drill need a secret key, in the file that AGE_IDENTITY_FILE names.

With SIGNING_KEY_FILE, that keygen makes, backups are signed; with TRUSTED_SIGNERS,
public keys, only backups that one of them has signed are restored.

The bucket is enough. But then nothing keeps two programs from working on it
at once: never delete, or restore over the installation, while another backup
runs. With CATALOG_TABLE set, the catalog of the service is used, and its lock.

The exit status is 0 when everything that was asked is done, 1 when it failed,
2 for a wrong command line, 3 for a backup that lacks something, 130 when it
was stopped.`

// flags are the command line.
type flags struct {
	Repository string  `help:"Where the backups are." placeholder:"s3://BUCKET[/PREFIX]"`
	Database   rawPath `help:"The installation's SQLite database." placeholder:"FILE"`
	Storage    rawPath `help:"The installation's media tree." placeholder:"DIR"`
	Scratch    rawPath `help:"Where temporary copies go." placeholder:"DIR"`
	EnvFile    rawPath `help:"Read variables that are not set from a file such as .env." placeholder:"FILE"`
	JSON       bool    `help:"Print the result as JSON." name:"json"`
	Verbose    bool    `help:"Log to the standard error, and show the progress also where that is no terminal." short:"v"`

	Create    createCommand       `cmd:"" help:"Make a backup."`
	List      listCommand         `cmd:"" help:"List the backups, newest first."`
	Restore   restoreCommand      `cmd:"" help:"Bring a backup back."`
	Verify    verifyCommand       `cmd:"" help:"Read a backup back, decode it and compare every file."`
	Drill     drillCommand        `cmd:"" help:"Prove that the newest backup, or another, can be restored with the keys at hand."`
	Reencrypt reencryptCommand    `cmd:"" help:"Encrypt what is stored for the recipients of today."`
	Keygen    keygenCommand       `cmd:"" help:"Make a key to sign backups with."`
	Edit      editCommand         `cmd:"" help:"Pin a backup, accept that it holds less than before, or write a note about it."`
	Delete    deleteCommand       `cmd:"" help:"Delete a backup."`
	Adopt     adoptCommand        `cmd:"" help:"Make the backups those of this installation, when it has taken another's place."`
	Repair    repairFormatCommand `cmd:"" name:"repair-format" help:"Write the repository's format.json anew when it was damaged or lost."`
	Rotate    rotateCommand       `cmd:"" help:"Remove old backups by the policy, and what no backup needs any more."`
}
