#include "textflag.h"

// func callers(pcs *[maxStack]uintptr) int
//
// Without a frame of its own, BP is the frame pointer of the caller: the word there is the next frame pointer, the word
// above it a return address.
TEXT ·callers(SB), NOSPLIT|NOFRAME, $0-16
	MOVQ	pcs+0(FP), DI
	MOVQ	BP, SI
	XORQ	AX, AX
walk:
	TESTQ	SI, SI
	JZ	done
	MOVQ	8(SI), DX
	MOVQ	DX, (DI)(AX*8)
	MOVQ	(SI), SI
	INCQ	AX
	CMPQ	AX, $64
	JLT	walk
done:
	MOVQ	AX, ret+8(FP)
	RET
