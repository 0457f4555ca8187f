package import SlipwayConfig
import SlipwayCore
package import SlipwayData

/// How files are read and written: from the config's data section and the command line.
package struct FileSettings {
    package let input: RowFormat
    package let output: RowFormat
    package let batchSize: Int
    package let threads: Int

    package init(_ request: PredictRequest, _ data: TzrecDataConfig) throws {
        let dataset = try request.datasetType.map(Self.dataset) ?? data.datasetType
        input = try Self.format(dataset, data)
        if let writer = request.writerType {
            switch writer {
            case "ParquetWriter": output = .parquet
            case "CsvWriter": output = .csv(CSVOptions())
            default:
                throw SlipwayError(
                    .invalidArgument, "writer type \(writer) is not known", fix: "use ParquetWriter or CsvWriter")
            }
        } else {
            switch input {
            case .parquet: output = .parquet
            case .csv: output = .csv(CSVOptions())
            }
        }
        let size = request.batchSize ?? Int(data.hasEvalBatchSize ? data.evalBatchSize : data.batchSize)
        guard size > 0 else {
            throw SlipwayError(
                .invalidArgument, "the batch size is \(size)", fix: "pass --batch_size with a number above 0")
        }
        batchSize = size
        let workers = request.threads ?? ProcessorShare.current.threads
        guard workers > 0 else {
            throw SlipwayError(.invalidArgument, "predict_threads is \(workers)", fix: "pass a number above 0")
        }
        threads = workers
        if let steps = request.steps, steps < 1 {
            throw SlipwayError(
                .invalidArgument, "predict_steps is \(steps)", fix: "pass a number above 0, or leave it out")
        }
        if let names = request.outputColumns, names.isEmpty {
            throw SlipwayError(
                .invalidArgument, "output_columns names no column",
                fix: "name outputs of the model, or leave it out to write all of them")
        }
    }

    private static func dataset(_ name: String) throws -> TzrecDatasetType {
        switch name {
        case "ParquetDataset": return .parquetDataset
        case "CsvDataset": return .csvDataset
        case "OdpsDataset", "OdpsDatasetV1", "KafkaDataset":
            throw SlipwayError(
                .unsupported, "dataset type \(name) cannot be read here", fix: "write the rows to Parquet or CSV files")
        default:
            throw SlipwayError(
                .invalidArgument, "dataset type \(name) is not known", fix: "use ParquetDataset or CsvDataset")
        }
    }

    private static func format(_ dataset: TzrecDatasetType, _ data: TzrecDataConfig) throws -> RowFormat {
        switch dataset {
        case .parquetDataset: return .parquet
        case .csvDataset: return .csv(try csv(data))
        default:
            throw SlipwayError(
                .unsupported, "the config's dataset_type \(dataset.configName) cannot be read here",
                fix: "write the rows to Parquet or CSV files and pass --dataset_type ParquetDataset or CsvDataset")
        }
    }

    private static func csv(_ data: TzrecDataConfig) throws -> CSVOptions {
        guard data.delimiter.count == 1, let delimiter = data.delimiter.first else {
            throw SlipwayError(
                .invalidConfig, "data_config.delimiter \"\(data.delimiter)\" is not one character",
                fix: "use one character")
        }
        var types: [String: ColumnType] = [:]
        for field in data.inputFields where field.hasInputType {
            types[field.inputName] = type(field.inputType)
        }
        let names = data.inputFields.map(\.inputName)
        guard data.withHeader || !names.isEmpty else {
            throw SlipwayError(
                .invalidConfig, "the CSV files have no header and data_config.input_fields is empty",
                fix: "set with_header: true, or list input_fields")
        }
        return CSVOptions(delimiter: delimiter, columnNames: data.withHeader ? nil : names, columnTypes: types)
    }

    /// Scalar types only: lists and maps stand as text in CSV files.
    private static func type(_ type: TzrecFieldType) -> ColumnType {
        switch type {
        case .int32: return .int32
        case .int64: return .int64
        case .float: return .float
        case .double: return .double
        default: return .string
        }
    }
}
