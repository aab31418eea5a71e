package main

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// message is an error as one line for a user: without the names of system calls, and with each path once.
func message(err error) string {
	text := err.Error()
	for _, e := range causes(err) {
		var cause error
		switch e := e.(type) {
		case *fs.PathError:
			switch rest := strings.Replace(text, e.Error(), "", 1); {
			case e.Path == "" || hasWord(rest, e.Path):
				cause = e.Err
			default:
				cause = fmt.Errorf("%s: %w", e.Path, e.Err)
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

// hasWord reports whether text names a path, which may be part of longer words too.
func hasWord(text, path string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], path)
		if i < 0 {
			return false
		}
		from, to := at+i, at+i+len(path)
		if (from == 0 || strings.ContainsRune(" \"(", rune(text[from-1]))) && (to == len(text) || strings.ContainsRune(" \":,;)", rune(text[to]))) {
			return true
		}
		at = from + 1
	}
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
