package bench

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// machine looks at what is measured on. What it does not find out stays empty.
func machine(folder string) Machine {
	m := Machine{Cores: runtime.NumCPU(), System: runtime.GOOS + "/" + runtime.GOARCH}
	m.Processor = fieldOf("/proc/cpuinfo", "model name")
	if kb, err := strconv.Atoi(strings.TrimSuffix(fieldOf("/proc/meminfo", "MemTotal"), " kB")); err == nil {
		m.MemoryMB = kb / 1024
	}
	if text, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		m.System = "Linux " + strings.TrimSpace(string(text))
	}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load = strings.Join(strings.Fields(string(text))[:3], " ")
	}
	m.FileSystem = fileSystem(folder)
	m.Syncs = syncs(folder)
	return m
}

// fieldOf reads a value of a file of lines as "name : value".
func fieldOf(file, name string) string {
	text, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// fileSystem is that of the mount that a folder is on.
func fileSystem(folder string) string {
	text, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return ""
	}
	where, kind := "", ""
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) < 3 || len(words[1]) < len(where) {
			continue
		}
		if inside := strings.TrimSuffix(words[1], "/") + "/"; strings.HasPrefix(folder+"/", inside) {
			where, kind = words[1], words[2]
		}
	}
	return kind
}

// syncs is how often a second 8 kB can be written so that they survive a power cut. It stands beside all figures: on a disk
// that takes longer, single commits are as slow as it.
func syncs(folder string) float64 {
	f, err := os.CreateTemp(folder, "sync-*")
	if err != nil {
		return 0
	}
	defer func() { _ = os.Remove(f.Name()) }()
	block := make([]byte, 8<<10)
	n, began := 0, time.Now()
	for ; time.Since(began) < time.Second; n++ {
		_, err := f.WriteAt(block, 0)
		if err := errors.Join(err, f.Sync()); err != nil {
			break
		}
	}
	_ = f.Close()
	return perSecond(n, time.Since(began))
}
