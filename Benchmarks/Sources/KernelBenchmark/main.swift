// Speed of the kernels on one thread: matrix products against this core's measured peak, and embedding bags.
// usage: kernel-benchmark [gemm|bag|rows]…   (SLIPWAY_ISA=… picks the instruction set)
import SlipwayKernels

let wanted = Set(CommandLine.arguments.dropFirst())
let isa = InstructionSet.current
if wanted.isEmpty || wanted.contains("gemm") { try benchmarkProducts(isa) }
if wanted.isEmpty || wanted.contains("bag") { try benchmarkBags(isa) }
if wanted.isEmpty || wanted.contains("rows") { try benchmarkRows(isa) }
