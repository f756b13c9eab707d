package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
)

// parked measures what a goroutine costs that waits for an event; its stack counts as part of the live heap.
func parked(s scale) ([]metric, error) {
	if _, _, err := park(10_000); err != nil {
		return nil, err
	}
	live, resident, err := park(s.pick(1_000_000, 100_000))
	if err != nil {
		return nil, err
	}
	return []metric{single("live heap", live), single("RSS", resident)}, nil
}

func park(count int) (live, resident float64, err error) {
	liveBefore, residentBefore, err := measureMemory()
	if err != nil {
		return 0, 0, err
	}
	event := make(chan struct{})
	var started, resumed sync.WaitGroup
	started.Add(count)
	resumed.Add(count)
	for i := 0; i < count; i++ {
		go func() {
			started.Done()
			<-event
			resumed.Done()
		}()
	}
	started.Wait()
	liveAfter, residentAfter, err := measureMemory()
	close(event)
	resumed.Wait()
	n := float64(count)
	return (liveAfter - liveBefore) / n, (residentAfter - residentBefore) / n, err
}

func measureMemory() (live, resident float64, err error) {
	time.Sleep(100 * time.Millisecond)
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, 0, err
	}
	var size, pages int
	if _, err := fmt.Sscan(string(text), &size, &pages); err != nil {
		return 0, 0, err
	}
	return float64(stats.HeapAlloc + stats.StackInuse), float64(pages * os.Getpagesize()), nil
}
