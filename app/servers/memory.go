package servers

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// ErrNoMemory says that the machine does not tell how much memory a process has.
var ErrNoMemory = errors.New("the machine does not say how much memory a process has")

// Memory is how many megabytes a process has in use, and how many it has had at most. Linux tells.
func Memory(pid int) (now, most float64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, errors.Join(ErrNoMemory, err)
	}
	said := map[string]float64{}
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(line, ":")
		if kb, ok := strings.CutSuffix(strings.TrimSpace(rest), " kB"); ok {
			n, err := strconv.ParseFloat(kb, 64)
			if err != nil {
				return 0, 0, err
			}
			said[name] = n / 1024
		}
	}
	if said["VmRSS"] == 0 {
		return 0, 0, ErrNoMemory
	}
	return said["VmRSS"], said["VmHWM"], nil
}
