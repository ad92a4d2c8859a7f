package repository

// Disposition is what is tested alone: through S3 only some names pass.
var Disposition = disposition
