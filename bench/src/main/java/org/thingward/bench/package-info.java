/**
 * Load and benchmarks, each beside its reference in one run.
 *
 * <p>Way in: {@link org.thingward.bench.GatewayBench}, {@link org.thingward.bench.CutBench}.
 *
 * <p>Never: part of what is shipped.
 */
package org.thingward.bench;
