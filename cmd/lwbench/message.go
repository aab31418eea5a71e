package main

import (
	"io/fs"
	"os"
	"strings"
)

// message is an error as one line for a user: without the names of system calls, and without a path that it has twice.
func message(err error) string {
	text := err.Error()
	for _, e := range causes(err) {
		var cause error
		switch e := e.(type) {
		case *fs.PathError:
			if e.Path != "" && strings.Count(text, e.Path) > 1 {
				cause = e.Err
			}
		case *os.LinkError:
			cause = e.Err
		case *os.SyscallError:
			cause = e.Err
		}
		if cause != nil {
			text = strings.ReplaceAll(text, e.Error(), cause.Error())
		}
	}
	return strings.Join(strings.Split(strings.TrimSpace(text), "\n"), "; ")
}

// causes lists an error and those that it wraps, the outer ones first.
func causes(err error) (list []error) {
	if err == nil {
		return nil
	}
	list = append(list, err)
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return append(list, causes(e.Unwrap())...)
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			list = append(list, causes(one)...)
		}
	}
	return list
}
