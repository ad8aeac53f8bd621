package servers

import "syscall"

// Bound says how a process is started that is somebody's, nil for ours, and that ends with us by a signal, whatever happens to
// us. It gets a group of its own, so that Ctrl-C reaches only us.
func Bound(who *syscall.Credential, end syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: who, Setpgid: true, Pdeathsig: end}
}
