package dev.guestbridge.message;

import io.micrometer.core.instrument.MeterRegistry;

/**
 * Where the bridge's own measures go: Prometheus, and DogStatsD where it is configured. A type of its own, since Camel
 * takes every registry that it finds for the one of its own measures.
 */
public record Meters(MeterRegistry registry) {}
