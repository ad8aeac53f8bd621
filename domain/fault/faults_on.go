//go:build faults

// Package fault marks the points at which the crash tests stop the program. This is the build for those tests:
// KONTOR_FAULT=name or name:n kills the process with SIGKILL at the n-th pass (the first without n), the way a power
// cut or the kernel would. name:n:stop stops it there until somebody lets it go on, as a machine does that was put to sleep.
package fault

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

var (
	mu     sync.Mutex
	passes = map[string]int{}
)

// settling is how long a signal may take to reach every thread of the process.
const settling = 100 * time.Millisecond

// Point ends or stops the process when the environment asks for it here.
func Point(name string) {
	want := strings.Split(os.Getenv("KONTOR_FAULT"), ":")
	if want[0] != name {
		return
	}
	n, end := 1, syscall.SIGKILL
	if len(want) > 1 {
		n, _ = strconv.Atoi(want[1])
	}
	if len(want) > 2 && want[2] == "stop" {
		end = syscall.SIGSTOP
	}
	mu.Lock()
	passes[name]++
	here := passes[name] == n
	mu.Unlock()
	if here {
		_ = syscall.Kill(os.Getpid(), end)
		time.Sleep(settling)
	}
}
