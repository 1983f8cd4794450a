package org.thingward.assurance;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.thingward.platform.CryptoAsset;

/**
 * A cryptography bill of materials (CycloneDX 1.6, components of type {@code cryptographic-asset}):
 * each algorithm once, and what rests on it, which depends on it.
 */
final class Cbom {
  private Cbom() {}

  static Map<String, Object> of(List<CryptoAsset> assets, UUID serial, Instant now) {
    List<Object> components = new ArrayList<>();
    assets.stream()
        .flatMap(asset -> algorithms(asset).stream())
        .distinct()
        .forEach(name -> components.add(algorithm(name)));
    List<Object> dependencies = new ArrayList<>();
    for (int i = 0; i < assets.size(); i++) {
      String reference = "asset-" + (i + 1);
      components.add(asset(reference, assets.get(i)));
      dependencies.add(
          Map.of(
              "ref",
              reference,
              "dependsOn",
              algorithms(assets.get(i)).stream().map(Cbom::reference).toList()));
    }
    Map<String, Object> bom = new LinkedHashMap<>();
    bom.put("bomFormat", "CycloneDX");
    bom.put("specVersion", "1.6");
    bom.put("serialNumber", "urn:uuid:" + serial);
    bom.put("version", 1);
    bom.put("metadata", Map.of("timestamp", now.toString()));
    bom.put("components", components);
    bom.put("dependencies", dependencies);
    return bom;
  }

  /** That of its key first, then that of the signature on it. */
  private static List<String> algorithms(CryptoAsset asset) {
    return Stream.concat(Stream.of(asset.algorithm()), asset.signature().stream())
        .distinct()
        .toList();
  }

  private static String reference(String algorithm) {
    return "algorithm/" + algorithm.replace(' ', '-');
  }

  private static Map<String, Object> algorithm(String name) {
    Map<String, Object> component = component(reference(name), name);
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("primitive", primitive(name));
    if (QuantumThreat.of(name) == QuantumThreat.FORGED
        || QuantumThreat.of(name) == QuantumThreat.READ_LATER) {
      properties.put("nistQuantumSecurityLevel", 0);
    }
    component.put(
        "cryptoProperties", Map.of("assetType", "algorithm", "algorithmProperties", properties));
    component.put("properties", List.of(property("quantum", QuantumThreat.of(name).word())));
    return component;
  }

  private static String primitive(String name) {
    if (name.startsWith("AES")) {
      return "ae";
    }
    if (name.contains("MLKEM")) {
      return "combiner";
    }
    return switch (QuantumThreat.of(name)) {
      case READ_LATER -> "key-agree";
      case FORGED -> "signature";
      case NONE -> name.startsWith("ML-DSA") ? "signature" : "other";
      case UNKNOWN -> "unknown";
    };
  }

  private static Map<String, Object> asset(String reference, CryptoAsset asset) {
    Map<String, Object> component = component(reference, asset.name());
    component.put("description", asset.use());
    component.put("cryptoProperties", properties(asset));
    List<Object> properties = new ArrayList<>();
    properties.add(property("algorithm", asset.algorithm()));
    asset.signature().ifPresent(name -> properties.add(property("signature", name)));
    properties.add(property("count", String.valueOf(asset.count())));
    properties.add(property("quantum", QuantumThreat.of(asset).word()));
    component.put("properties", properties);
    return component;
  }

  private static Map<String, Object> properties(CryptoAsset asset) {
    String algorithm = reference(asset.algorithm());
    return switch (asset.kind()) {
      case KEY ->
          Map.of(
              "assetType",
              "related-crypto-material",
              "relatedCryptoMaterialProperties",
              Map.of("type", "key", "algorithmRef", algorithm));
      case CERTIFICATE -> {
        Map<String, Object> of = new LinkedHashMap<>();
        asset.ends().ifPresent(ends -> of.put("notValidAfter", ends.toString()));
        asset.signature().ifPresent(name -> of.put("signatureAlgorithmRef", reference(name)));
        of.put("certificateFormat", "X.509");
        yield Map.of("assetType", "certificate", "certificateProperties", of);
      }
      case PROTOCOL ->
          Map.of(
              "assetType",
              "protocol",
              "protocolProperties",
              Map.of("type", "tls", "version", "1.3", "cryptoRefArray", List.of(algorithm)));
    };
  }

  private static Map<String, Object> component(String reference, String name) {
    Map<String, Object> component = new LinkedHashMap<>();
    component.put("type", "cryptographic-asset");
    component.put("bom-ref", reference);
    component.put("name", name);
    return component;
  }

  private static Map<String, String> property(String name, String value) {
    return Map.of("name", "thingward:" + name, "value", value);
  }
}
