package main

import (
	"runtime"
	"sync"
)

// spawn starts goroutines that do nothing but report.
func spawn(s scale) ([]metric, error) {
	const count = 1_000_000
	return nanosecondsEach(s, count, func() error {
		var done sync.WaitGroup
		done.Add(count)
		for i := 0; i < count; i++ {
			go done.Done()
		}
		done.Wait()
		return nil
	})
}

// yield runs many goroutines that do nothing but yield.
func yield(s scale) ([]metric, error) {
	const goroutineCount, yieldCount = 1_000, 1_000
	return nanosecondsEach(s, goroutineCount*yieldCount, func() error {
		var done sync.WaitGroup
		done.Add(goroutineCount)
		for i := 0; i < goroutineCount; i++ {
			go func() {
				for j := 0; j < yieldCount; j++ {
					runtime.Gosched()
				}
				done.Done()
			}()
		}
		done.Wait()
		return nil
	})
}

// fib forks and joins without a cut-off: spawn fib(n-1), run fib(n-2), wait.
func fib(s scale) ([]metric, error) {
	const index, value, spawnCount = 25, 75_025, 121_392
	return milliseconds(s, spawnCount, func() error {
		return check(value, branch(index), "fib(25)")
	})
}

func branch(n int) int64 {
	if n < 2 {
		return int64(n)
	}
	left := make(chan int64, 1)
	go func() { left <- branch(n - 1) }()
	right := branch(n - 2)
	return right + <-left
}
