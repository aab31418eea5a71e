package ops

import (
	"errors"
	"fmt"
	"strings"
)

// block is the interrupt handler being parsed.
type block struct{ cpu, handler, line, ops int }

// operations parses a line of operations: a single one, or the start, inside or end of a handler in braces.
func (p *parser) operations(words []string) error {
	if p.block == nil {
		cpu, bang := strings.CutSuffix(words[0], "!")
		if !bang || len(words) < 2 || words[1] != "{" {
			return p.operation(words, nil)
		}
		n, err := number([]string{cpu}, "CPU", p.t.CPUs)
		if err != nil {
			return err
		}
		p.handlers++
		p.block, p.irq = &block{cpu: n, handler: p.handlers, line: p.line}, nil
		if words = words[2:]; len(words) == 0 {
			return nil
		}
	}
	text, rest, closed := strings.Cut(strings.Join(words, " "), "}")
	if strings.TrimSpace(rest) != "" {
		return fmt.Errorf("%.40q: expected nothing after the }", strings.TrimSpace(rest))
	}
	for _, action := range strings.Split(text, ";") {
		if words := strings.Fields(action); len(words) > 0 {
			if err := p.operation(words, p.block); err != nil {
				return err
			}
		}
	}
	if closed {
		if p.block.ops == 0 {
			return errors.New("a handler without operations: expected one or more between { and }")
		}
		p.block = nil
	}
	return nil
}

// operation parses one operation: with its CPU, or without it inside a block. Consecutive handler lines of one CPU
// without braces are one handler.
func (p *parser) operation(words []string, in *block) error {
	op := Op{Line: p.line}
	switch {
	case in != nil:
		op.CPU, op.Handler = in.cpu, in.handler
		in.ops++
	default:
		cpu, bang := strings.CutSuffix(words[0], "!")
		n, err := number([]string{cpu}, "CPU", p.t.CPUs)
		if err != nil {
			return err
		}
		op.CPU, words = n, words[1:]
		if bang && p.irq != nil && p.irq.cpu == n {
			op.Handler = p.irq.handler
		} else if bang {
			p.handlers++
			op.Handler = p.handlers
			p.irq = &block{cpu: n, handler: p.handlers}
		} else {
			p.irq = nil
		}
	}
	if err := p.op(&op, words); err != nil {
		return err
	}
	p.t.Ops = append(p.t.Ops, op)
	return nil
}
