package dev.guestbridge.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Camel's components in {@code lib/}, as their own jars describe them. */
final class Components {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ClassLoader LIB = Components.class.getClassLoader();
    private static final String SERVICE = "META-INF/services/org/apache/camel/component/";

    private final Map<String, Optional<Component>> known = new TreeMap<>();

    /** The component that addresses of this scheme belong to; empty when there is none. */
    Optional<Component> named(String scheme) {
        return known.computeIfAbsent(scheme, Components::read);
    }

    /** The schemes of all that there are. */
    Set<String> schemes() {
        Set<String> schemes = new TreeSet<>();
        try {
            for (URL jar :
                    Collections.list(LIB.getResources("META-INF/services/org/apache/camel/component.properties"))) {
                try (InputStream text = jar.openStream()) {
                    Properties described = new Properties();
                    described.load(text);
                    schemes.addAll(List.of(
                            described.getProperty("components", "").strip().split("\\s+")));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return schemes;
    }

    private static Optional<Component> read(String scheme) {
        Properties service = new Properties();
        try (InputStream text = LIB.getResourceAsStream(SERVICE + scheme)) {
            if (text == null) {
                return Optional.empty();
            }
            service.load(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String type = service.getProperty("class", "");
        String folder = type.substring(0, type.lastIndexOf('.') + 1).replace('.', '/');
        return Optional.of(new Component(scheme, json("META-INF/" + folder + scheme + ".json")));
    }

    /** A description that a jar holds; missing when it holds none. */
    static JsonNode json(String name) {
        try (InputStream text = LIB.getResourceAsStream(name)) {
            return text == null ? JSON.missingNode() : JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
