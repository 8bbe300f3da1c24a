// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "greeter",
    products: [.library(name: "GreeterPlugin", type: .dynamic, targets: ["GreeterPlugin"])],
    dependencies: [.package(name: "hearth", path: "../hearth")],
    targets: [
        .target(name: "GreeterPlugin", dependencies: [.product(name: "HearthKit", package: "hearth")], path: "Sources")
    ],
    swiftLanguageModes: [.v6]
)
