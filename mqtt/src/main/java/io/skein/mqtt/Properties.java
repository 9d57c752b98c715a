package io.skein.mqtt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The properties of one MQTT 5 packet: immutable, and {@link #EMPTY} for every packet of an older
 * version. Numbers are held as unsigned values in a {@code long}; user properties and subscription
 * identifiers keep their order.
 */
public final class Properties {
    /** No properties at all. */
    public static final Properties EMPTY =
            new Properties(new EnumMap<>(Property.class), List.of(), List.of());

    private final EnumMap<Property, Object> values;
    private final List<UserProperty> userProperties;
    private final List<Integer> subscriptionIdentifiers;

    private Properties(
            EnumMap<Property, Object> values,
            List<UserProperty> userProperties,
            List<Integer> subscriptionIdentifiers) {
        this.values = values;
        this.userProperties = userProperties;
        this.subscriptionIdentifiers = subscriptionIdentifiers;
    }

    /** A builder that starts with nothing. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with what is here. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.values.putAll(values);
        builder.userProperties.addAll(userProperties);
        builder.subscriptionIdentifiers.addAll(subscriptionIdentifiers);
        return builder;
    }

    /** Whether nothing is set. */
    public boolean isEmpty() {
        return values.isEmpty() && userProperties.isEmpty() && subscriptionIdentifiers.isEmpty();
    }

    /** Whether this property is present. */
    public boolean has(Property property) {
        return switch (property) {
            case USER_PROPERTY -> !userProperties.isEmpty();
            case SUBSCRIPTION_IDENTIFIER -> !subscriptionIdentifiers.isEmpty();
            default -> values.containsKey(property);
        };
    }

    /** The number held for a property of a numeric type, or {@code otherwise} where it is absent. */
    public long number(Property property, long otherwise) {
        return values.get(property) instanceof Long number ? number : otherwise;
    }

    /** The string held for a property of type STRING, or null where it is absent. */
    public @Nullable String string(Property property) {
        return values.get(property) instanceof String string ? string : null;
    }

    /** The bytes held for a property of type BINARY, or null; not to be changed by the caller. */
    public byte @Nullable [] binary(Property property) {
        return values.get(property) instanceof byte[] bytes ? bytes : null;
    }

    /** All user properties in the order of the packet. */
    public List<UserProperty> userProperties() {
        return userProperties;
    }

    /** All subscription identifiers in the order of the packet, each 1 to 268,435,455. */
    public List<Integer> subscriptionIdentifiers() {
        return subscriptionIdentifiers;
    }

    /** The single-valued properties in the order of their identifiers; a read-only view. */
    public Map<Property, Object> singleValues() {
        return java.util.Collections.unmodifiableMap(values);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Properties that
                && userProperties.equals(that.userProperties)
                && subscriptionIdentifiers.equals(that.subscriptionIdentifiers)
                && values.keySet().equals(that.values.keySet())
                && values.entrySet().stream()
                        .allMatch(e -> Objects.deepEquals(e.getValue(), that.values.get(e.getKey())));
    }

    @Override
    public int hashCode() {
        return Objects.hash(values.keySet(), userProperties, subscriptionIdentifiers);
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        values.forEach(
                (property, value) ->
                        parts.add(
                                property
                                        + "="
                                        + (value instanceof byte[] b ? Arrays.toString(b) : value)));
        userProperties.forEach(u -> parts.add(u.name() + "=" + u.value()));
        if (!subscriptionIdentifiers.isEmpty()) {
            parts.add("SUBSCRIPTION_IDENTIFIER=" + subscriptionIdentifiers);
        }
        return parts.toString();
    }

    /** Collects properties; not thread-safe. A later value replaces an earlier one. */
    public static final class Builder {
        private final EnumMap<Property, Object> values = new EnumMap<>(Property.class);
        private final List<UserProperty> userProperties = new ArrayList<>();
        private final List<Integer> subscriptionIdentifiers = new ArrayList<>();

        private Builder() {}

        /** Sets a numeric property; the range is the encoder's concern. */
        public Builder number(Property property, long value) {
            values.put(property, value);
            return this;
        }

        /** Sets a property of type STRING. */
        public Builder string(Property property, String value) {
            values.put(property, value);
            return this;
        }

        /** Sets a property of type BINARY; the array must not change afterwards. */
        public Builder binary(Property property, byte[] value) {
            values.put(property, value);
            return this;
        }

        /** Adds one user property after those already there. */
        public Builder userProperty(String name, String value) {
            userProperties.add(new UserProperty(name, value));
            return this;
        }

        /** Adds one subscription identifier after those already there. */
        public Builder subscriptionIdentifier(int identifier) {
            subscriptionIdentifiers.add(identifier);
            return this;
        }

        /** Takes a property away, all of its values. */
        public Builder remove(Property property) {
            switch (property) {
                case USER_PROPERTY -> userProperties.clear();
                case SUBSCRIPTION_IDENTIFIER -> subscriptionIdentifiers.clear();
                default -> values.remove(property);
            }
            return this;
        }

        /** Whether this property has been set. */
        public boolean has(Property property) {
            return switch (property) {
                case USER_PROPERTY -> !userProperties.isEmpty();
                case SUBSCRIPTION_IDENTIFIER -> !subscriptionIdentifiers.isEmpty();
                default -> values.containsKey(property);
            };
        }

        /** What has been collected; {@link Properties#EMPTY} if nothing. */
        public Properties build() {
            if (values.isEmpty() && userProperties.isEmpty() && subscriptionIdentifiers.isEmpty()) {
                return EMPTY;
            }
            return new Properties(
                    new EnumMap<>(values),
                    List.copyOf(userProperties),
                    List.copyOf(subscriptionIdentifiers));
        }
    }
}
