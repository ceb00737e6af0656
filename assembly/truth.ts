// The circuits alone, in float64: the truth that readouts are compared with.                             [E1]

// One layer of `count` active circuits.
//
//   before  f64 [count][d]
//   after   f64 [count][d]      overwritten with ReLU(w_t·before + b)
//   ids     u32 [count]
//   mean    f64 [d][d]          w̄
//   delta   f64 [T][d][d]       Δw_t
//   bias    f64 [d]             0 pointer and linear = true give (w_t·before), as the input embedding needs it
export function truthLayer(
  before: usize,
  after: usize,
  ids: usize,
  count: u32,
  d: u32,
  mean: usize,
  delta: usize,
  bias: usize,
  linear: bool,
): void {
  const row = d << 3;
  for (let k: u32 = 0; k < count; k++) {
    let own = delta + <usize>load<u32>(ids + (k << 2)) * <usize>(row * d);
    let shared = mean;
    for (let i: u32 = 0; i < row; i += 8) {
      let sum: f64 = linear ? 0 : load<f64>(bias + i);
      if (d == 4) {
        sum += (load<f64>(shared) + load<f64>(own)) * load<f64>(before);
        sum += (load<f64>(shared, 8) + load<f64>(own, 8)) * load<f64>(before, 8);
        sum += (load<f64>(shared, 16) + load<f64>(own, 16)) * load<f64>(before, 16);
        sum += (load<f64>(shared, 24) + load<f64>(own, 24)) * load<f64>(before, 24);
      } else {
        for (let j: u32 = 0; j < row; j += 8) {
          sum += (load<f64>(shared + j) + load<f64>(own + j)) * load<f64>(before + j);
        }
      }
      store<f64>(after + i, linear || sum > 0 ? sum : 0);
      own += row;
      shared += row;
    }
    before += row;
    after += row;
  }
}
