export const double = ({ n }) => ({ n: n * 2 });
