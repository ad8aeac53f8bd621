//go:build faults

// Package fault marks the points at which the crash tests stop the program. This is the build for those tests:
// KONTOR_FAULT=name or name:n kills the process with SIGKILL at the n-th pass (the first without n), the way a power
// cut or the kernel would.
package fault

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

var (
	mu     sync.Mutex
	passes = map[string]int{}
)

// Point ends the process when the environment asks for it here.
func Point(name string) {
	want, at, counted := strings.Cut(os.Getenv("KONTOR_FAULT"), ":")
	if want != name {
		return
	}
	n := 1
	if counted {
		n, _ = strconv.Atoi(at)
	}
	mu.Lock()
	defer mu.Unlock()
	passes[name]++
	if passes[name] == n {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}
