//go:build !linux

package servers

import "syscall"

// Bound says how a process is started that is somebody's, nil for ours. It gets a group of its own, so that Ctrl-C reaches only
// us. Only Linux ends it also when we could not.
func Bound(who *syscall.Credential, _ syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: who, Setpgid: true}
}
