//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// ownMemory is the most memory that a process has held, in bytes, as far as that
// is certain: what wait tells may be what the test that started it had held.
func ownMemory(ended *exec.Cmd) int64 {
	usage, ok := ended.ProcessState.SysUsage().(*syscall.Rusage)
	status, err := os.ReadFile("/proc/self/status")
	_, rest, known := strings.Cut(string(status), "VmHWM:")
	if !ok || err != nil || !known {
		return 0
	}
	var ours int64
	if _, err := fmt.Sscan(rest, &ours); err != nil || usage.Maxrss <= ours {
		return 0
	}
	return usage.Maxrss << 10
}
