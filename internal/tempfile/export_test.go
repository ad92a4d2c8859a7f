package tempfile

// Named is New where a file cannot be made without a name.
var Named = named
