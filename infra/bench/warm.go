package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// warmed is how much memory warm touches, at most: several times what the largest
// set takes in the page cache, as the source, as the restored tree and as the
// objects of the server, since what was freed last is not what is handed out first.
const warmed = 12 << 30

// warm touches memory that is free and frees it again. On a virtual machine the
// host takes free memory back within seconds, and the first one to use it waits
// for the host: up to a second and a half a gigabyte, several times what warm
// memory takes. Without this, a tool would pay for where in the run it comes.
func warm() error {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return fmt.Errorf("ask how much memory is free: %w", err)
	}
	size := int(min(uint64(info.Freeram)*uint64(info.Unit)/2, warmed)) //nolint:unconvert // 32 bits elsewhere
	if size == 0 {
		return nil
	}
	memory, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return fmt.Errorf("take %d bytes of memory: %w", size, err)
	}
	for i := 0; i < size; i += os.Getpagesize() {
		memory[i] = 1
	}
	return unix.Munmap(memory)
}
