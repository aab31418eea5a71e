#include "textflag.h"

// func pause(n uint32)
TEXT ·pause(SB), NOSPLIT|NOFRAME, $0-4
	MOVL	n+0(FP), AX
again:
	PAUSE
	SUBL	$1, AX
	JNZ	again
	RET

// func storeRelease(w *Bare, v uint64)
//
// Stores of amd64 are not seen before what the CPU has done earlier.
TEXT ·storeRelease(SB), NOSPLIT|NOFRAME, $0-16
	MOVQ	w+0(FP), AX
	MOVQ	v+8(FP), CX
	MOVQ	CX, (AX)
	RET
