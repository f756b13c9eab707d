package main

import (
	"syscall"
	"time"
)

// sleepNatively blocks its thread in a system call.
func sleepNatively(duration time.Duration) error {
	left := syscall.NsecToTimespec(duration.Nanoseconds())
	for {
		// The runtime's signals interrupt the sleep; the call then says how much of it is left.
		if err := syscall.Nanosleep(&left, &left); err != syscall.EINTR {
			return err
		}
	}
}
