#include "textflag.h"

// func callers(pcs *[maxStack]uintptr) int
//
// Without a frame of its own, R29 is the frame pointer of the caller: the word there is the next frame pointer, the word
// above it a return address.
TEXT ·callers(SB), NOSPLIT|NOFRAME, $0-16
	MOVD	pcs+0(FP), R0
	MOVD	R29, R1
	MOVD	$0, R2
walk:
	CBZ	R1, done
	MOVD	8(R1), R3
	MOVD	R3, (R0)(R2<<3)
	MOVD	(R1), R1
	ADD	$1, R2
	CMP	$64, R2
	BLT	walk
done:
	MOVD	R2, ret+8(FP)
	RET
