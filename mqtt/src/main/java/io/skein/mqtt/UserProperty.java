package io.skein.mqtt;

/** One name-value pair; names may repeat and order counts, so these live in lists. */
public record UserProperty(String name, String value) {}
