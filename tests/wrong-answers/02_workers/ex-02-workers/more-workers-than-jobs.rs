// expect: got 8, expected 3
fn workers_for(_jobs: usize, parallelism: io::Result<NonZero<usize>>) -> usize {
    parallelism.map_or(1, |cores| cores.get())
}
