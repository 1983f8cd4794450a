/**
 * Load and benchmarks, each beside its reference in one run.
 *
 * <p>Way in: {@link org.thingward.bench.AllBenches}, which {@code bench/run} starts.
 *
 * <p>Never: part of what is shipped.
 */
package org.thingward.bench;
