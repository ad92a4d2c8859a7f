package directory

import (
	"bufio"
	"errors"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// mountsBelow returns the paths below root of what is mounted there, files and
// other directories of the same file system too. Without /proc it knows of none.
func mountsBelow(root string) (mounts []string) {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil
	}
	defer f.Close() //nolint:errcheck // it was only read
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 5 {
			continue
		}
		point := unescapeMount(fields[4])
		if rel, below := strings.CutPrefix(point, strings.TrimSuffix(root, "/")+"/"); below && rel != "" && isMount(point) {
			mounts = append(mounts, rel)
		}
	}
	return mounts
}

// unescapeMount undoes the \040 in which the kernel writes spaces and the like.
func unescapeMount(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				_ = b.WriteByte(byte(c))
				i += 3
				continue
			}
		}
		_ = b.WriteByte(s[i])
	}
	return b.String()
}

// isMount reports whether something is mounted at path that is not hidden by what
// was mounted above it later. Older kernels cannot tell.
func isMount(path string) bool {
	var st unix.Statx_t
	if err := unix.Statx(unix.AT_FDCWD, path, unix.AT_SYMLINK_NOFOLLOW|unix.AT_NO_AUTOMOUNT, 0, &st); err != nil {
		return !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.ENOTDIR)
	}
	const root = unix.STATX_ATTR_MOUNT_ROOT
	return st.Attributes_mask&root == 0 || st.Attributes&root != 0
}
