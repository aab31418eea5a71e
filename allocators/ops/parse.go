package ops

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"lwbench/allocators"
	"lwbench/mmu/smp"
)

const (
	maxLine = 4096
	maxPage = 1 << 24
	maxWork = int64(1) << 40 // cycles
	maxTime = int64(1) << 50 // nanoseconds: 13 days
	maxOps  = 8 << 20
)

// Parse parses a trace; filename is for messages. An error is one line: FILE:LINE: message, and what was expected.
func Parse(filename string, r io.Reader) (*Trace, error) {
	p := &parser{t: &Trace{File: filename}, live: make(map[string]*holding)}
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, maxLine), maxLine)
	for in.Scan() {
		p.line++
		if err := p.take(in.Text()); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", filename, p.line, err)
		}
	}
	if err := in.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("%s:%d: a line of more than %d characters", filename, p.line+1, maxLine)
	} else if err != nil {
		return nil, fmt.Errorf("%s:%d: cannot read on: %w", filename, p.line+1, err)
	}
	if err := p.end(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", filename, max(p.line, 1), err)
	}
	return p.t, nil
}

// parser parses one trace.
type parser struct {
	t       *Trace
	line    int
	begun   bool // the first line has been seen
	highest int  // page named
	live    map[string]*holding

	handlers int    // so far
	block    *block // the open handler in braces, or nil
	irq      *block // the handler of the previous line, without braces, or nil
}

// holding is a name that is allocated, as far as the parser can tell.
type holding struct {
	line  int  // of its alloc
	maybe bool // the alloc may fail (nowait): known at run time
	refs  int
}

func (p *parser) take(text string) error {
	text, _, _ = strings.Cut(text, "#")
	words := strings.Fields(text)
	switch {
	case len(words) == 0:
		return nil
	case !p.begun:
		p.begun = true
		if len(words) != 2 || words[0] != "lwbench-ops" || words[1] != "1" {
			return fmt.Errorf("%.40q: expected \"lwbench-ops 1\" as the first line", strings.Join(words, " "))
		}
		return nil
	case p.block != nil:
		if len(p.t.Ops) >= maxOps {
			return fmt.Errorf("a trace of more than %d operations", maxOps)
		}
		return p.operations(words)
	case words[0] == "cpus" || words[0] == "pages":
		return p.header(words)
	case slices.Contains(headerKeys, words[0]):
		return p.headerLine(words)
	case words[0][0] >= 'a' && words[0][0] <= 'z' && len(p.t.Ops) == 0:
		return fmt.Errorf("unknown header line %.40q: expected cpus, pages, %s", words[0], strings.Join(headerKeys, ", "))
	case p.t.CPUs == 0:
		return errors.New("expected \"cpus N\" before the first operation")
	}
	return p.operations(words)
}

func (p *parser) header(words []string) error {
	at, most := &p.t.CPUs, smp.MaxCPUs
	if words[0] == "pages" {
		at, most = &p.t.Pages, maxPage
	}
	switch n, err := number(words[1:], "number", most+1); {
	case len(p.t.Ops) > 0:
		return fmt.Errorf("%s: expected before the first operation", words[0])
	case *at != 0:
		return fmt.Errorf("%s is given twice", words[0])
	case err != nil || n < 1 || len(words) > 2:
		return fmt.Errorf("%s: expected one number from 1 to %d", words[0], most)
	default:
		*at = n
	}
	return nil
}

// headerLine keeps a header line for its consumer.
func (p *parser) headerLine(words []string) error {
	switch {
	case len(p.t.Ops) > 0:
		return fmt.Errorf("%s: expected before the first operation", words[0])
	case len(words) != 2:
		return fmt.Errorf("%s: expected one value", words[0])
	}
	if _, twice := p.t.HeaderValue(words[0]); twice && words[0] != "set" {
		return fmt.Errorf("%s is given twice", words[0])
	}
	p.t.Header = append(p.t.Header, HeaderLine{p.line, words[0], words[1]})
	return nil
}

// number parses words[0] as a whole number below limit.
func number(words []string, what string, limit int) (int, error) {
	if len(words) == 0 {
		return 0, fmt.Errorf("the %s is missing", what)
	}
	n, err := strconv.Atoi(words[0])
	if err != nil || n < 0 || n >= limit {
		return 0, fmt.Errorf("%s %.40q: expected 0 to %d", what, words[0], limit-1)
	}
	return n, nil
}

// op parses the verb and its arguments.
func (p *parser) op(op *Op, words []string) (err error) {
	if len(words) == 0 {
		return fmt.Errorf("expected a verb after the CPU: %s", strings.Join(verbs[:], ", "))
	}
	verb := slices.Index(verbs[:], words[0])
	if verb < 0 {
		return fmt.Errorf("unknown verb %.40q: expected %s", words[0], strings.Join(verbs[:], ", "))
	}
	rest := words[1:]
	op.Verb = Verb(verb)
	switch op.Verb {
	case Switch, Unalias:
	case Sysctl:
		ok := false
		if len(rest) > 0 {
			op.Name, op.Text, ok = strings.Cut(rest[0], "=")
		}
		if !ok || op.Name == "" || op.Text == "" {
			return errors.New("sysctl: expected a tunable and its value, as in lwbuf-rbtree.max=16")
		}
		rest = rest[1:]
	case Work, At:
		unit, most := "cycles", maxWork
		if op.Verb == At {
			unit, most = "nanoseconds", maxTime
		}
		if len(rest) == 0 {
			return fmt.Errorf("%v: expected a number of %s", op.Verb, unit)
		}
		if op.Work, err = strconv.ParseInt(rest[0], 10, 64); err != nil || op.Work < 0 || op.Work > most {
			return fmt.Errorf("%v %.40q: expected 0 to %d %s", op.Verb, rest[0], most, unit)
		}
		rest = rest[1:]
	case Signal:
		if op.To, err = number(rest, "CPU to signal", p.t.CPUs); err != nil {
			return err
		}
		rest = rest[1:]
	default:
		if rest, err = p.name(op, rest); err != nil {
			return err
		}
	}
	if len(rest) > 0 {
		return fmt.Errorf("%.40q: expected nothing more on the line", rest[0])
	}
	return nil
}

// name parses the buffer's name, and for alloc the page and flags, and tracks the live names.
func (p *parser) name(op *Op, rest []string) ([]string, error) {
	if len(rest) == 0 {
		return nil, fmt.Errorf("%v: expected the name of a buffer", op.Verb)
	}
	op.Name, rest = rest[0], rest[1:]
	if !validName(op.Name) {
		return nil, fmt.Errorf("name %.40q: expected up to 64 letters, digits, dots, _ or -", op.Name)
	}
	h := p.live[op.Name]
	switch {
	case op.Verb == Alloc && h != nil && !h.maybe:
		return nil, fmt.Errorf("%s is already allocated (line %d): expected a free before it", op.Name, h.line)
	case op.Verb == Alloc:
		return p.alloc(op, rest)
	case h == nil:
		return nil, fmt.Errorf("%s is not allocated: expected an alloc before it", op.Name)
	case op.Verb == Ref:
		h.refs++
	case op.Verb == Free && h.refs > 0:
		h.refs--
	case op.Verb == Free:
		delete(p.live, op.Name)
	}
	return rest, nil
}

func (p *parser) alloc(op *Op, rest []string) (_ []string, err error) {
	limit := maxPage
	if p.t.Pages > 0 {
		limit = p.t.Pages
	}
	if op.Page, err = number(rest, "page", limit); err != nil {
		return nil, err
	}
	p.highest = max(p.highest, op.Page)
	for _, f := range rest[1:] {
		i := slices.IndexFunc(flagNames, func(k flagName) bool { return k.name == f })
		if i < 0 {
			return nil, fmt.Errorf("unknown flag %.40q: expected private, nowait or catch", f)
		}
		op.Flags |= flagNames[i].flag
	}
	p.live[op.Name] = &holding{line: p.line, maybe: op.Flags&(allocators.NoWait|allocators.Catch) != 0}
	return nil, nil
}

func validName(s string) bool {
	ok := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == '.'
	}
	return len(s) <= 64 && strings.IndexFunc(s, func(r rune) bool { return !ok(r) }) < 0
}

func (p *parser) end() error {
	switch {
	case !p.begun:
		return errors.New("the file is empty: expected \"lwbench-ops 1\" as the first line")
	case p.t.CPUs == 0:
		return errors.New("expected \"cpus N\"")
	case p.block != nil:
		return fmt.Errorf("the handler of line %d is not closed: expected a }", p.block.line)
	case p.t.Pages == 0:
		p.t.Pages = p.highest + 1
	}
	return nil
}
