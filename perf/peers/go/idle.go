package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const taskDirectory = "/proc/self/task"

type threadCounters struct{ switches, ticks int64 }

// idle reads what the process's threads still cost once there is nothing left to do. Threads of a Go program have no
// names to choose by, so all of them count.
func idle(s scale) ([]metric, error) {
	if _, err := spawn(scale{quick: true}); err != nil {
		return nil, err
	}
	time.Sleep(time.Second)
	before, err := readThreads()
	if err != nil {
		return nil, err
	}
	seconds := s.pick(10, 2)
	time.Sleep(time.Duration(seconds) * time.Second)
	after, err := readThreads()
	if err != nil {
		return nil, err
	}
	var switches, ticks int64
	for thread, now := range after {
		switches += now.switches - before[thread].switches
		ticks += now.ticks - before[thread].ticks
	}
	n := float64(seconds)
	return []metric{single("switches", float64(switches)/n), single("CPU", float64(ticks)/n)}, nil
}

func readThreads() (map[string]threadCounters, error) {
	entries, err := os.ReadDir(taskDirectory)
	if err != nil {
		return nil, err
	}
	threads := make(map[string]threadCounters)
	for _, entry := range entries {
		counters, err := readThread(filepath.Join(taskDirectory, entry.Name()))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		threads[entry.Name()] = counters
	}
	return threads, nil
}

func readThread(directory string) (threadCounters, error) {
	var counters threadCounters
	status, err := os.ReadFile(filepath.Join(directory, "status"))
	if err != nil {
		return counters, err
	}
	for _, line := range strings.Split(string(status), "\n") {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.HasSuffix(name, "ctxt_switches") {
			count, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			if err != nil {
				return counters, err
			}
			counters.switches += count
		}
	}
	stat, err := os.ReadFile(filepath.Join(directory, "stat"))
	if err != nil {
		return counters, err
	}
	// The name in parentheses may itself hold spaces; the fields after it are counted from the third on.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+2:]))
	for _, field := range fields[11:13] {
		ticks, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return counters, fmt.Errorf("reading the processor time: %w", err)
		}
		counters.ticks += ticks
	}
	return counters, nil
}
