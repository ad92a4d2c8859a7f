package source

// Fault is called before and after every call that changes the file system,
// for tests that fail or die at each of them; it is nil otherwise. op is the
// call's name ("rename"), with " done" after it when the call has succeeded. An
// error that it returns is the call's error.
type Fault func(op, path string) error

// Do carries out call, which changes path.
func (f Fault) Do(op, path string, call func() error) error {
	if f == nil {
		return call()
	}
	if err := f(op, path); err != nil {
		return err
	}
	if err := call(); err != nil {
		return err
	}
	return f(op+" done", path)
}
