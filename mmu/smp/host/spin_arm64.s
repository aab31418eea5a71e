#include "textflag.h"

// func pause(n uint32)
TEXT ·pause(SB), NOSPLIT|NOFRAME, $0-4
	MOVW	n+0(FP), R0
again:
	YIELD
	SUBW	$1, R0
	CBNZW	R0, again
	RET
